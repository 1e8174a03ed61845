-- $1 day: its rollup, from its raw events. A visitor who saw several clips by one link is counted at the first.
with people as (
    select distinct on (link_id, job_id, visitor) link_id, job_id, clip_id
    from events
    where at >= $1::text::date::timestamp at time zone 'UTC' and at < ($1::text::date + 1)::timestamp at time zone 'UTC'
      and class = 'human' and kind = 'click' and visitor is not null
    order by link_id, job_id, visitor, at, id
), tallies as (
    select link_id, job_id, clip_id, class, kind, count(*) as n, 0 as visitors
    from events
    where at >= $1::text::date::timestamp at time zone 'UTC' and at < ($1::text::date + 1)::timestamp at time zone 'UTC' and kind not in ('apply', 'watched')
    group by link_id, job_id, clip_id, class, kind
    union all
    select link_id, job_id, clip_id, 'human', '', 0, count(*) from people group by link_id, job_id, clip_id
)
insert into counts (day, link_id, job_id, clip_id, class, clicks, visitors, views, plays, q25, q50, q75, q100, sounds, apply_starts)
select $1::text::date, link_id, job_id, clip_id, class,
       coalesce(sum(n) filter (where kind = 'click'), 0), sum(visitors), coalesce(sum(n) filter (where kind = 'view'), 0),
       coalesce(sum(n) filter (where kind = 'play'), 0), coalesce(sum(n) filter (where kind = 'q25'), 0),
       coalesce(sum(n) filter (where kind = 'q50'), 0), coalesce(sum(n) filter (where kind = 'q75'), 0),
       coalesce(sum(n) filter (where kind = 'q100'), 0), coalesce(sum(n) filter (where kind = 'sound'), 0),
       coalesce(sum(n) filter (where kind = 'apply_start'), 0)
from tallies
group by link_id, job_id, clip_id, class
