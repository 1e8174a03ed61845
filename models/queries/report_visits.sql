-- What share links led to on their pages, by one dimension, and a last row with the total of all. hits counts every request; all other
-- numbers only people's; shares are the links that were made in the time. {key} and {label} of rows l with user_id, job_id, channel and
-- clip_id; {joins} what they need. What was counted stands in the middle, by those of the four that the report is about. @spans and @daily together are
-- all of the time from @from to @to for which anything was counted.
with seen as materialized (
    select user_id, job_id, channel, clip_id, sum(hits) as hits, sum(clicks) as clicks, sum(visitors) as visitors, sum(views) as views, sum(plays) as plays, sum(q25) as q25, sum(q50) as q50, sum(q75) as q75, sum(q100) as q100, sum(apply_starts) as apply_starts
    from (
{visits}
    ) parts
    group by user_id, job_id, channel, clip_id
), shared as (
    select l.user_id, l.job_id, l.channel, cast(null as uuid) as clip_id, l.created_at >= cast(@from as date) as fresh
    from links l join users u on u.id = l.user_id
    where l.created_at < cast(@to as date) + 1 and {links}
), made as (
    select {key} as key, max({label} collate "C") as label, count(*) filter (where l.fresh) as shares
    from shared l {joins}
    where {key} is not null
    group by 1
), touched as (
    select {key} as key, max({label} collate "C") as label, sum(l.hits) as hits, sum(l.clicks) as clicks, sum(l.visitors) as visitors, sum(l.views) as views, sum(l.plays) as plays, sum(l.q25) as q25, sum(l.q50) as q50, sum(l.q75) as q75, sum(l.q100) as q100, sum(l.apply_starts) as apply_starts
    from seen l {joins}
    where {key} is not null
    group by 1
), total as (
    select sum(hits) as hits, sum(clicks) as clicks, sum(visitors) as visitors, sum(views) as views, sum(plays) as plays, sum(q25) as q25, sum(q50) as q50, sum(q75) as q75, sum(q100) as q100, sum(apply_starts) as apply_starts
    from seen
)
select coalesce(t.key, m.key)::text, coalesce(t.label, m.label, '') as label, coalesce(m.shares, 0)::bigint as shares, coalesce(hits, 0)::bigint, coalesce(clicks, 0)::bigint, coalesce(visitors, 0)::bigint, coalesce(views, 0)::bigint, coalesce(plays, 0)::bigint, coalesce(q25, 0)::bigint, coalesce(q50, 0)::bigint, coalesce(q75, 0)::bigint, coalesce(q100, 0)::bigint, coalesce(apply_starts, 0)::bigint, false as total
from touched t full join made m on m.key = t.key
union all
select '', '', (select count(*) from shared where fresh), coalesce(hits, 0)::bigint, coalesce(clicks, 0)::bigint, coalesce(visitors, 0)::bigint, coalesce(views, 0)::bigint, coalesce(plays, 0)::bigint, coalesce(q25, 0)::bigint, coalesce(q50, 0)::bigint, coalesce(q75, 0)::bigint, coalesce(q100, 0)::bigint, coalesce(apply_starts, 0)::bigint, true
from total
order by total
