-- Referrals by one dimension: what share links led to, from the request to the hire, and a last row with the total of all.
-- hits counts every request; all other numbers only people's. An application counts for whoever is credited with it,
-- and for the channel that earned it, if one did.
-- {key} and {label} of links l, users u and clip c; {joins} what they need. $1 first and $2 last day, $3 job or null, and the spans $4
-- and days $5 which together are all of that time for which anything was counted.
with parts as (
    select link_id, clip_id, hits, clicks, visitors, views, plays, q25, q50, q75, q100, apply_starts
    from span_counts where span = any($4::bigint[]) and ($3::uuid is null or job_id = $3)
    union all
    select link_id, clip_id, clicks::int, clicks::int, visitors::int, views::int, plays::int, q25::int, q50::int, q75::int, q100::int, apply_starts::int
    from counts where class = 'human' and day = any($5::text[]::date[]) and link_id is not null and ($3::uuid is null or job_id = $3)
    union all
    select link_id, clip_id, clicks::int, 0, 0, 0, 0, 0, 0, 0, 0, 0
    from counts where class <> 'human' and day = any($5::text[]::date[]) and link_id is not null and ($3::uuid is null or job_id = $3)
), seen as materialized (
    select link_id, clip_id, sum(hits) as hits, sum(clicks) as clicks, sum(visitors) as visitors, sum(views) as views, sum(plays) as plays,
        sum(q25) as q25, sum(q50) as q50, sum(q75) as q75, sum(q100) as q100, sum(apply_starts) as apply_starts
    from parts group by link_id, clip_id
), touched as (
    select {key} as key, max({label} collate "C") as label,
        coalesce(sum(c.hits), 0)::bigint as hits, coalesce(sum(c.clicks), 0)::bigint as clicks, coalesce(sum(c.visitors), 0)::bigint as visitors,
        coalesce(sum(c.views), 0)::bigint as views, coalesce(sum(c.plays), 0)::bigint as plays, coalesce(sum(c.q25), 0)::bigint as q25,
        coalesce(sum(c.q50), 0)::bigint as q50, coalesce(sum(c.q75), 0)::bigint as q75, coalesce(sum(c.q100), 0)::bigint as q100,
        coalesce(sum(c.apply_starts), 0)::bigint as apply_starts
    from links l
    join users u on u.id = l.user_id
    left join seen c on c.link_id = l.id
    {joins}
    where ($3::uuid is null or l.job_id = $3) and l.created_at < $2::text::date + 1 and {key} is not null
    group by 1
), earned as materialized ( -- in one row what was earned alike; each application that several people share in rows of its own
    select cr.user_id, a.job_id, a.clip_id, l.channel, case when cr.weight < 1 then a.id end as shared, count(*) as applications,
        count(*) filter (where a.skills_seen or a.reached in ('interview', 'offer', 'hired')) as qualified,
        count(*) filter (where a.stage = 'hired') as hires
    from applications a
    join standing_credits cr on cr.application_id = a.id
    left join links l on l.id = cr.link_id
    where a.submitted_at >= $1::text::date and a.submitted_at < $2::text::date + 1 and ($3::uuid is null or a.job_id = $3)
    group by 1, 2, 3, 4, 5
), applied as (
    select key, max(label) as label, sum(applications)::bigint as applications, sum(qualified)::bigint as qualified, sum(hires)::bigint as hires
    from (
        select {key} as key, max({label} collate "C") as label,
            case when l.shared is null then sum(l.applications) else max(l.applications) end as applications,
            case when l.shared is null then sum(l.qualified) else max(l.qualified) end as qualified,
            case when l.shared is null then sum(l.hires) else max(l.hires) end as hires
        from earned l
        join users u on u.id = l.user_id
        join lateral (select l.clip_id) c on true
        {joins}
        where {key} is not null
        group by 1, l.shared) each
    group by 1
), rows as (
    select coalesce(t.key, a.key)::text as key, coalesce(t.label, a.label, '') as label,
        coalesce(t.hits, 0) as hits, coalesce(t.clicks, 0) as clicks, coalesce(t.visitors, 0) as visitors, coalesce(t.views, 0) as views,
        coalesce(t.plays, 0) as plays, coalesce(t.q25, 0) as q25, coalesce(t.q50, 0) as q50, coalesce(t.q75, 0) as q75, coalesce(t.q100, 0) as q100,
        coalesce(t.apply_starts, 0) as apply_starts, coalesce(a.applications, 0) as applications, coalesce(a.qualified, 0) as qualified,
        coalesce(a.hires, 0) as hires, false as total
    from touched t full join applied a on a.key = t.key
    union all
    select '', '', s.*, e.*, true
    from (
        select coalesce(sum(c.hits), 0)::bigint, coalesce(sum(c.clicks), 0)::bigint, coalesce(sum(c.visitors), 0)::bigint,
            coalesce(sum(c.views), 0)::bigint, coalesce(sum(c.plays), 0)::bigint, coalesce(sum(c.q25), 0)::bigint,
            coalesce(sum(c.q50), 0)::bigint, coalesce(sum(c.q75), 0)::bigint, coalesce(sum(c.q100), 0)::bigint, coalesce(sum(c.apply_starts), 0)::bigint
        from seen c join links l on l.id = c.link_id
        where l.created_at < $2::text::date + 1) s
    cross join (
        select coalesce(sum(applications), 0)::bigint, coalesce(sum(qualified), 0)::bigint, coalesce(sum(hires), 0)::bigint
        from (
            select case when shared is null then sum(applications) else max(applications) end as applications,
                case when shared is null then sum(qualified) else max(qualified) end as qualified,
                case when shared is null then sum(hires) else max(hires) end as hires
            from earned group by shared) each) e
)
select key, label, hits, clicks, visitors, views, plays, q25, q50, q75, q100, apply_starts, applications, qualified, hires
from rows
order by total, hires desc, qualified desc, applications desc, clicks desc, label, key
