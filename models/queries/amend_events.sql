-- $1 visitor, $2 from, $3 to, $4 class, $5 reason, $6 rules: what the visitor did as a human then gets another class, and the
-- rollups follow. A visitor with no human click left on a link that day is not counted there.
with amended as (
    update events set class = $4, reason = $5, rules = $6
    where visitor = $1 and at between $2 and $3 and class = 'human'
    returning id, (at at time zone 'UTC')::date as day, at, click_id, link_id, job_id, clip_id, channel, kind, seconds
), gone as (
    delete from day_visitors d
    using (select distinct day, link_id, job_id from amended where kind = 'click') a
    where d.day = a.day and d.link_id is not distinct from a.link_id and d.job_id is not distinct from a.job_id and d.visitor = $1
      and not exists (
          select from events e
          where e.visitor = $1 and e.class = 'human' and e.kind = 'click'
            and e.at >= a.day::timestamp at time zone 'UTC' and e.at < (a.day + 1)::timestamp at time zone 'UTC'
            and e.link_id is not distinct from a.link_id and e.job_id is not distinct from a.job_id
            and not exists (select from amended x where x.id = e.id))
    returning d.day, d.link_id, d.job_id, d.clip_id, d.at
), in_comparison as (
    update compared k
    set visitors = k.visitors - x.visitors, plays = k.plays - x.plays, q75 = k.q75 - x.q75, applications = k.applications - x.applications
    from (
        select c.id, t.clip_id, t.day, count(*) filter (where t.kind = '') as visitors, count(*) filter (where t.kind = 'play') as plays,
               count(*) filter (where t.kind = 'q75') as q75, count(*) filter (where t.kind = 'apply') as applications
        from (
            select day, job_id, clip_id, at, kind from amended where kind in ('play', 'q75') or kind = 'apply' and click_id is not null
            union all
            select day, job_id, clip_id, at, '' from gone
        ) t
        join comparisons c on c.job_id = t.job_id and t.clip_id in (c.first_id, c.second_id)
            and t.at >= c.started_at and t.at < coalesce(c.ended_at, c.ends_at, 'infinity')
        group by c.id, t.clip_id, t.day
    ) x
    where k.comparison_id = x.id and k.clip_id = x.clip_id and k.day = x.day
), unwatched as (
    update watched w
    set visits = w.visits - x.visits,
        seconds = (select array_agg(n - (
            select count(*) from amended a
            where a.kind = 'watched' and a.day = w.day and a.clip_id = w.clip_id and get_bit(a.seconds, second::integer - 1) = 1)::integer order by second)
            from unnest(w.seconds) with ordinality as u(n, second))
    from (select day, clip_id, count(*) as visits from amended where kind = 'watched' group by day, clip_id) x
    where w.day = x.day and w.clip_id = x.clip_id
), by_hour as (
    update hours h
    set clicks = h.clicks - x.clicks, views = h.views - x.views, plays = h.plays - x.plays
    from (
        select day, extract(hour from at at time zone 'UTC') as hour, job_id, clip_id, channel, count(*) filter (where kind = 'click') as clicks,
               count(*) filter (where kind = 'view') as views, count(*) filter (where kind = 'play') as plays
        from amended
        where link_id is not null and kind in ('click', 'view', 'play')
        group by 1, 2, 3, 4, 5
    ) x
    where h.day = x.day and h.hour = x.hour and h.job_id is not distinct from x.job_id and h.clip_id is not distinct from x.clip_id
      and h.channel = x.channel
), no_people as (
    insert into verdicts as v (day, job_id, clip_id, channel, class, reason, hits)
    select day, job_id, clip_id, channel, $4::text, $5::text, count(*)
    from amended
    where link_id is not null and kind = 'click'
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
    on conflict (day, job_id, clip_id, channel, class, reason) do update set hits = v.hits + excluded.hits
), tallies as (
    select day, link_id, job_id, clip_id, 'human' as class, kind, -1 as sign, 0 as visitor from amended
    union all
    select day, link_id, job_id, clip_id, $4::text, kind, 1, 0 from amended
    union all
    select day, link_id, job_id, clip_id, 'human', '', 0, -1 from gone
)
insert into counts as c (day, link_id, job_id, clip_id, class, clicks, visitors, views, plays, q25, q50, q75, q100, sounds, apply_starts)
select day, link_id, job_id, clip_id, class,
       coalesce(sum(sign) filter (where kind = 'click'), 0), sum(visitor), coalesce(sum(sign) filter (where kind = 'view'), 0),
       coalesce(sum(sign) filter (where kind = 'play'), 0), coalesce(sum(sign) filter (where kind = 'q25'), 0),
       coalesce(sum(sign) filter (where kind = 'q50'), 0), coalesce(sum(sign) filter (where kind = 'q75'), 0),
       coalesce(sum(sign) filter (where kind = 'q100'), 0), coalesce(sum(sign) filter (where kind = 'sound'), 0),
       coalesce(sum(sign) filter (where kind = 'apply_start'), 0)
from tallies
where kind not in ('apply', 'watched')
group by day, link_id, job_id, clip_id, class
order by day, link_id, job_id, clip_id, class
on conflict (day, link_id, job_id, clip_id, class) do update set
    clicks = c.clicks + excluded.clicks, visitors = c.visitors + excluded.visitors, views = c.views + excluded.views,
    plays = c.plays + excluded.plays, q25 = c.q25 + excluded.q25, q50 = c.q50 + excluded.q50, q75 = c.q75 + excluded.q75,
    q100 = c.q100 + excluded.q100, sounds = c.sounds + excluded.sounds, apply_starts = c.apply_starts + excluded.apply_starts
