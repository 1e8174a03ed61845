-- Takes the watched seconds of incoming_events into events: what a visit told before is added to. The rollup counts what is new, and
-- a visit at its first report. The new value is made from the locked row, so that two instances never count a second twice.
with taken as (
    insert into events as e (id, at, after_ms, kind, class, reason, rules, signals, click_id, link_id, job_id, clip_id,
                             channel, visitor, referrer_host, device, os, language, country, seconds, added)
    select id, at, after_ms, kind, class, reason, rules, signals, click_id, link_id, job_id, clip_id,
           channel, visitor, referrer_host, device, os, language, country, told, told
    from (
        select distinct on (id, at) *, bit_or(seconds) over (partition by id, at) as told
        from incoming_events
        where kind = 'watched'
        order by id, at, after_ms
    ) visits
    order by id, at
    on conflict (id, at) do update set seconds = e.seconds | excluded.seconds, added = excluded.seconds & ~e.seconds
        where bit_count(excluded.seconds & ~e.seconds) > 0
    returning (at at time zone 'UTC')::date as day, clip_id, class, added, added = seconds as first
), people as (
    select day, clip_id, added, first from taken where class = 'human' and clip_id is not null
), watching as (
    select day, clip_id, second, count(*) filter (where get_bit(added, second) = 1)::integer as n
    from people cross join generate_series(0, 127) as second
    group by day, clip_id, second
)
insert into watched as w (day, clip_id, visits, seconds)
select p.day, p.clip_id, count(*) filter (where p.first),
       (select array_agg(n order by second) from watching g where g.day = p.day and g.clip_id = p.clip_id)
from people p
group by p.day, p.clip_id
order by p.day, p.clip_id
on conflict (day, clip_id) do update set
    visits = w.visits + excluded.visits,
    seconds = (select array_agg(a + b order by second) from unnest(w.seconds, excluded.seconds) with ordinality as u(a, b, second))
