-- The share links whose pages were asked for, the most requests first, each by class. @spans and @daily as in report_visits.sql: they find
-- the links, so that of only those that are shown each day is read.
with parts as (
    select link_id, hits from span_counts
    where span = any(cast(@spans as bigint[])) and (cast(@job as uuid) is null or job_id = cast(@job as uuid))
      and (cast(@clip as uuid) is null or clip_id = cast(@clip as uuid))
    union all
    select link_id, clicks from counts
    where day = any(cast(cast(@daily as text[]) as date[])) and link_id is not null
      and (cast(@job as uuid) is null or job_id = cast(@job as uuid)) and (cast(@clip as uuid) is null or clip_id = cast(@clip as uuid))
), seen as (
    select link_id, sum(hits) as hits from parts group by link_id having sum(hits) > 0
), shown as materialized (
    select l.id, u.name, j.title, l.channel, s.hits
    from seen s
    join links l on l.id = s.link_id
    join users u on u.id = l.user_id
    join jobs j on j.id = l.job_id
    where {links}
    order by s.hits desc, u.name, l.id
    limit cast(@limit as bigint) offset cast(@offset as bigint)
)
select s.id, s.name, s.title, s.channel, s.hits::bigint, c.*
from shown s
cross join lateral (
    select coalesce(sum(clicks) filter (where class = 'human'), 0)::bigint, coalesce(sum(views) filter (where class = 'human'), 0)::bigint,
        coalesce(sum(clicks) filter (where class = 'preview'), 0)::bigint, coalesce(sum(clicks) filter (where class = 'bot'), 0)::bigint,
        coalesce(sum(clicks) filter (where class = 'prefetch'), 0)::bigint, coalesce(sum(clicks) filter (where class = 'self'), 0)::bigint,
        coalesce(sum(clicks) filter (where class = 'internal'), 0)::bigint, coalesce(sum(clicks) filter (where class = 'suspect'), 0)::bigint
    from counts
    where link_id = s.id and day between cast(@from as date) and cast(@to as date) and (cast(@clip as uuid) is null or clip_id = cast(@clip as uuid))
) c
order by s.hits desc, s.name, s.id
