-- $1 day: who was counted on it, so that what is shipped later counts them no second time.
insert into day_visitors (day, link_id, job_id, clip_id, visitor, at)
select distinct on (link_id, job_id, visitor) $1::text::date, link_id, job_id, clip_id, visitor, at
from events
where at >= $1::text::date::timestamp at time zone 'UTC' and at < ($1::text::date + 1)::timestamp at time zone 'UTC'
  and class = 'human' and kind = 'click' and visitor is not null
order by link_id, job_id, visitor, at, id
