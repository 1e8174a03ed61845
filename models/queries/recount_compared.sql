-- $1 day: what the two clips of comparisons led to on it, from its raw events.
with happened as (
    select id, at, click_id, link_id, job_id, clip_id, kind, visitor
    from events
    where at >= $1::text::date::timestamp at time zone 'UTC' and at < ($1::text::date + 1)::timestamp at time zone 'UTC' and class = 'human'
), people as (
    select distinct on (link_id, job_id, visitor) job_id, clip_id, at
    from happened
    where kind = 'click' and visitor is not null
    order by link_id, job_id, visitor, at, id
), tallies as (
    select job_id, clip_id, at, kind from happened where kind in ('play', 'q75') or kind = 'apply' and click_id is not null
    union all
    select job_id, clip_id, at, '' from people
)
insert into compared (comparison_id, clip_id, day, visitors, plays, q75, applications)
select c.id, t.clip_id, $1::text::date, count(*) filter (where t.kind = ''), count(*) filter (where t.kind = 'play'),
       count(*) filter (where t.kind = 'q75'), count(*) filter (where t.kind = 'apply')
from tallies t
join comparisons c on c.job_id = t.job_id and t.clip_id in (c.first_id, c.second_id)
    and t.at >= c.started_at and t.at < coalesce(c.ended_at, c.ends_at, 'infinity')
group by c.id, t.clip_id
