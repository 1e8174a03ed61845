-- What share links led to on their pages, by one dimension, and a last row with the total of all. hits counts every request; all other
-- numbers only people's; shares are the links that were made in the time and asked for. {key} of rows l with user_id, job_id, channel and clip_id, and
-- {joins} what it needs; {label} of rows k with that key. What was counted stands in the middle, by those of the four that the report is
-- about. @spans and @daily together are all of the time from @from to @to for which anything was counted. Only integers are summed: sums of
-- what is a bigint already are several times as slow.
with parts as materialized (
{visits}
), shared as materialized (
    select l.user_id, l.job_id, l.channel, cast(null as uuid) as clip_id, l.created_at >= cast(@from as date) and not l.unasked as fresh
    from links l
    where l.created_at < cast(@to as date) + 1 and {links}
), made as (
    select {key} as key, count(*) filter (where l.fresh) as shares
    from shared l {joins}
    where {key} is not null
    group by 1
), touched as (
    select {key} as key, sum(l.hits) as hits, sum(l.clicks) as clicks, sum(l.visitors) as visitors, sum(l.views) as views, sum(l.plays) as plays,
        sum(l.q25) as q25, sum(l.q50) as q50, sum(l.q75) as q75, sum(l.q100) as q100, sum(l.apply_starts) as apply_starts
    from parts l {joins}
    where {key} is not null
    group by 1
), groups as (
    select coalesce(t.key, m.key) as key, coalesce(m.shares, 0) as shares, hits, clicks, visitors, views, plays, q25, q50, q75, q100, apply_starts
    from touched t full join made m on m.key = t.key
), total as (
    select sum(hits) as hits, sum(clicks) as clicks, sum(visitors) as visitors, sum(views) as views, sum(plays) as plays,
        sum(q25) as q25, sum(q50) as q50, sum(q75) as q75, sum(q100) as q100, sum(apply_starts) as apply_starts
    from parts
)
select {shown}, coalesce({label}, ''), shares, coalesce(hits, 0), coalesce(clicks, 0), coalesce(visitors, 0), coalesce(views, 0), coalesce(plays, 0),
    coalesce(q25, 0), coalesce(q50, 0), coalesce(q75, 0), coalesce(q100, 0), coalesce(apply_starts, 0), false as total
from groups k
union all
select '', '', (select count(*) from shared where fresh), coalesce(hits, 0), coalesce(clicks, 0), coalesce(visitors, 0), coalesce(views, 0), coalesce(plays, 0),
    coalesce(q25, 0), coalesce(q50, 0), coalesce(q75, 0), coalesce(q100, 0), coalesce(apply_starts, 0), true
from total
order by total
