-- $1 day: what people did behind share links by the hour, from its raw events.
insert into hours (day, hour, job_id, clip_id, channel, clicks, views, plays)
select $1::text::date, extract(hour from at at time zone 'UTC'), job_id, clip_id, channel,
       count(*) filter (where kind = 'click'), count(*) filter (where kind = 'view'), count(*) filter (where kind = 'play')
from events
where at >= $1::text::date::timestamp at time zone 'UTC' and at < ($1::text::date + 1)::timestamp at time zone 'UTC'
  and class = 'human' and link_id is not null and kind in ('click', 'view', 'play')
group by 2, 3, 4, 5
