-- $1 day: which seconds of clips were watched on it, from its raw events.
with people as (
    select clip_id, seconds from events
    where at >= $1::text::date::timestamp at time zone 'UTC' and at < ($1::text::date + 1)::timestamp at time zone 'UTC'
      and kind = 'watched' and class = 'human' and clip_id is not null
), watching as (
    select clip_id, second, count(*) filter (where get_bit(seconds, second) = 1)::integer as n
    from people cross join generate_series(0, 127) as second
    group by clip_id, second
)
insert into watched (day, clip_id, visits, seconds)
select $1::text::date, p.clip_id, count(*), (select array_agg(n order by second) from watching g where g.clip_id = p.clip_id)
from people p
group by p.clip_id
