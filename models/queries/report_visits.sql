-- What share links led to on their pages, by one dimension, and a last row with the total of all. hits counts every request; all other
-- numbers only people's; shares are the links that were made in the time. {key} and {label} of links l, users u and clip c; {joins} what
-- they need. @spans and @daily together are all of the time from @from to @to for which anything was counted.
with parts as (
    select link_id, clip_id, hits, clicks, visitors, views, plays, q25, q50, q75, q100, apply_starts
    from span_counts
    where span = any(cast(@spans as bigint[])) and (cast(@job as uuid) is null or job_id = cast(@job as uuid))
      and (cast(@clip as uuid) is null or clip_id = cast(@clip as uuid))
    union all
    select link_id, clip_id, clicks::int, clicks::int, visitors::int, views::int, plays::int, q25::int, q50::int, q75::int, q100::int, apply_starts::int
    from counts
    where class = 'human' and day = any(cast(cast(@daily as text[]) as date[])) and link_id is not null
      and (cast(@job as uuid) is null or job_id = cast(@job as uuid)) and (cast(@clip as uuid) is null or clip_id = cast(@clip as uuid))
    union all
    select link_id, clip_id, clicks::int, 0, 0, 0, 0, 0, 0, 0, 0, 0
    from counts
    where class <> 'human' and day = any(cast(cast(@daily as text[]) as date[])) and link_id is not null
      and (cast(@job as uuid) is null or job_id = cast(@job as uuid)) and (cast(@clip as uuid) is null or clip_id = cast(@clip as uuid))
), seen as materialized (
    select link_id, clip_id, sum(hits) as hits, sum(clicks) as clicks, sum(visitors) as visitors, sum(views) as views, sum(plays) as plays,
        sum(q25) as q25, sum(q50) as q50, sum(q75) as q75, sum(q100) as q100, sum(apply_starts) as apply_starts
    from parts group by link_id, clip_id
), picked as materialized (
    select l.id, l.user_id, l.job_id, l.channel, l.created_at >= cast(@from as date) as fresh
    from links l join users u on u.id = l.user_id
    where l.created_at < cast(@to as date) + 1 and {links}
), touched as (
    select {key} as key, max({label} collate "C") as label, sum(c.hits) as hits, sum(c.clicks) as clicks, sum(c.visitors) as visitors,
        sum(c.views) as views, sum(c.plays) as plays, sum(c.q25) as q25, sum(c.q50) as q50, sum(c.q75) as q75, sum(c.q100) as q100,
        sum(c.apply_starts) as apply_starts
    from picked l
    join users u on u.id = l.user_id
    left join seen c on c.link_id = l.id
    {joins}
    where {key} is not null
    group by 1
), made as (
    select {key} as key, count(*) as shares
    from picked l
    join users u on u.id = l.user_id
    cross join lateral (select cast(null as uuid) as clip_id) c
    {joins}
    where l.fresh and {key} is not null
    group by 1
), total as (
    select sum(c.hits) as hits, sum(c.clicks) as clicks, sum(c.visitors) as visitors, sum(c.views) as views, sum(c.plays) as plays,
        sum(c.q25) as q25, sum(c.q50) as q50, sum(c.q75) as q75, sum(c.q100) as q100, sum(c.apply_starts) as apply_starts
    from seen c join picked l on l.id = c.link_id
)
select t.key::text, coalesce(t.label, '') as label, coalesce(m.shares, 0)::bigint as shares, coalesce(hits, 0)::bigint, coalesce(clicks, 0)::bigint,
    coalesce(visitors, 0)::bigint, coalesce(views, 0)::bigint, coalesce(plays, 0)::bigint, coalesce(q25, 0)::bigint, coalesce(q50, 0)::bigint,
    coalesce(q75, 0)::bigint, coalesce(q100, 0)::bigint, coalesce(apply_starts, 0)::bigint, false as total
from touched t left join made m on m.key = t.key
union all
select '', '', (select count(*) from picked where fresh), coalesce(hits, 0)::bigint, coalesce(clicks, 0)::bigint, coalesce(visitors, 0)::bigint,
    coalesce(views, 0)::bigint, coalesce(plays, 0)::bigint, coalesce(q25, 0)::bigint, coalesce(q50, 0)::bigint, coalesce(q75, 0)::bigint,
    coalesce(q100, 0)::bigint, coalesce(apply_starts, 0)::bigint, true
from total
order by total
