-- $1 day: what was no person's behind share links, and why, from its raw events.
insert into verdicts (day, job_id, clip_id, channel, class, reason, hits)
select $1::text::date, job_id, clip_id, channel, class, reason, count(*)
from events
where at >= $1::text::date::timestamp at time zone 'UTC' and at < ($1::text::date + 1)::timestamp at time zone 'UTC'
  and class <> 'human' and link_id is not null and kind = 'click'
group by 2, 3, 4, 5, 6
