-- Referrals by one dimension: what share links led to, from the request to the hire.
-- hits counts every request; all other numbers only people's. An application counts for whoever is credited with it,
-- and for the channel that earned it, if one did.
-- {key} and {label} of links l, users u and counts c; {joins} what they need. Parameters: from, to (days, inclusive), job.
with touched as (
    select {key} as key, max({label}) as label,
        coalesce(sum(c.clicks), 0)::bigint                                        as hits,
        coalesce(sum(c.clicks) filter (where c.class = 'human'), 0)::bigint       as clicks,
        coalesce(sum(c.visitors) filter (where c.class = 'human'), 0)::bigint     as visitors,
        coalesce(sum(c.views) filter (where c.class = 'human'), 0)::bigint        as views,
        coalesce(sum(c.plays) filter (where c.class = 'human'), 0)::bigint        as plays,
        coalesce(sum(c.q25) filter (where c.class = 'human'), 0)::bigint          as q25,
        coalesce(sum(c.q50) filter (where c.class = 'human'), 0)::bigint          as q50,
        coalesce(sum(c.q75) filter (where c.class = 'human'), 0)::bigint          as q75,
        coalesce(sum(c.q100) filter (where c.class = 'human'), 0)::bigint         as q100,
        coalesce(sum(c.apply_starts) filter (where c.class = 'human'), 0)::bigint as apply_starts
    from links l
    join users u on u.id = l.user_id
    left join counts c on c.link_id = l.id and c.day between cast(@from as date) and cast(@to as date)
    {joins}
    where (cast(@job as uuid) is null or l.job_id = cast(@job as uuid)) and l.created_at < cast(@to as date) + 1 and {key} is not null
    group by 1
), applied as (
    select {key} as key, max({label}) as label,
        count(distinct a.id)                                                                            as applications,
        count(distinct a.id) filter (where a.skills_seen or a.reached in ('interview', 'offer', 'hired')) as qualified,
        count(distinct a.id) filter (where a.stage = 'hired')                                           as hires
    from applications a
    join standing_credits cr on cr.application_id = a.id
    join users u on u.id = cr.user_id
    join lateral (select cr.link_id as id, cr.user_id, a.job_id, (select channel from links where id = cr.link_id) as channel) l on true
    join lateral (select a.clip_id) c on true
    {joins}
    where a.submitted_at >= cast(@from as date) and a.submitted_at < cast(@to as date) + 1 and (cast(@job as uuid) is null or a.job_id = cast(@job as uuid)) and {key} is not null
    group by 1
)
select coalesce(t.key, a.key) as key, coalesce(t.label, a.label) as label,
    coalesce(t.hits, 0) as hits, coalesce(t.clicks, 0) as clicks, coalesce(t.visitors, 0) as visitors, coalesce(t.views, 0) as views,
    coalesce(t.plays, 0) as plays, coalesce(t.q25, 0) as q25, coalesce(t.q50, 0) as q50, coalesce(t.q75, 0) as q75, coalesce(t.q100, 0) as q100,
    coalesce(t.apply_starts, 0) as apply_starts, coalesce(a.applications, 0) as applications, coalesce(a.qualified, 0) as qualified,
    coalesce(a.hires, 0) as hires
from touched t full join applied a on a.key = t.key
order by hires desc, qualified desc, applications desc, clicks desc, label, key
