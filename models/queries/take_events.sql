-- Takes the rows of incoming_events into events and counts those that were not there. Sorted, so that two instances that
-- ship at once lock rows in the same order, and of a touch reported twice the first is kept.
with taken as (
    insert into events (id, at, after_ms, kind, class, reason, rules, signals, click_id, link_id, job_id, clip_id,
                        channel, visitor, referrer_host, device, os, language, country)
    select id, at, after_ms, kind, class, reason, rules, signals, click_id, link_id, job_id, clip_id,
           channel, visitor, referrer_host, device, os, language, country
    from incoming_events
    where kind <> 'watched'
    order by id, at, after_ms
    on conflict (id, at) do nothing
    returning (at at time zone 'UTC')::date as day, id, at, click_id, link_id, job_id, clip_id, channel, class, reason, kind, visitor
), newcomers as (
    insert into day_visitors (day, link_id, job_id, clip_id, visitor, at)
    select distinct on (day, link_id, job_id, visitor) day, link_id, job_id, clip_id, visitor, at
    from taken
    where class = 'human' and kind = 'click' and visitor is not null
    order by day, link_id, job_id, visitor, at, id
    on conflict (day, link_id, job_id, visitor) do nothing
    returning day, link_id, job_id, clip_id, at
), in_comparison as (
    insert into compared as k (comparison_id, clip_id, day, visitors, plays, q75, applications)
    select c.id, t.clip_id, t.day, count(*) filter (where t.kind = ''), count(*) filter (where t.kind = 'play'),
           count(*) filter (where t.kind = 'q75'), count(*) filter (where t.kind = 'apply')
    from (
        select day, job_id, clip_id, at, kind from taken
        where class = 'human' and (kind in ('play', 'q75') or kind = 'apply' and click_id is not null)
        union all
        select day, job_id, clip_id, at, '' from newcomers
    ) t
    join comparisons c on c.job_id = t.job_id and t.clip_id in (c.first_id, c.second_id)
        and t.at >= c.started_at and t.at < coalesce(c.ended_at, c.ends_at, 'infinity')
    group by c.id, t.clip_id, t.day
    order by c.id, t.clip_id, t.day
    on conflict (comparison_id, clip_id, day) do update set
        visitors = k.visitors + excluded.visitors, plays = k.plays + excluded.plays, q75 = k.q75 + excluded.q75,
        applications = k.applications + excluded.applications
), by_hour as (
    insert into hours as h (day, hour, job_id, clip_id, channel, clicks, views, plays)
    select day, extract(hour from at at time zone 'UTC'), job_id, clip_id, channel,
           count(*) filter (where kind = 'click'), count(*) filter (where kind = 'view'), count(*) filter (where kind = 'play')
    from taken
    where class = 'human' and link_id is not null and kind in ('click', 'view', 'play')
    group by 1, 2, 3, 4, 5
    order by 1, 2, 3, 4, 5
    on conflict (day, hour, job_id, clip_id, channel) do update set
        clicks = h.clicks + excluded.clicks, views = h.views + excluded.views, plays = h.plays + excluded.plays
), no_people as (
    insert into verdicts as v (day, job_id, clip_id, channel, class, reason, hits)
    select day, job_id, clip_id, channel, class, reason, count(*)
    from taken
    where class <> 'human' and link_id is not null and kind = 'click'
    group by 1, 2, 3, 4, 5, 6
    order by 1, 2, 3, 4, 5, 6
    on conflict (day, job_id, clip_id, channel, class, reason) do update set hits = v.hits + excluded.hits
), tallies as (
    select day, link_id, job_id, clip_id, class, kind, 0 as visitor from taken
    union all
    select day, link_id, job_id, clip_id, 'human', '', 1 from newcomers
)
insert into counts as c (day, link_id, job_id, clip_id, class, clicks, visitors, views, plays, q25, q50, q75, q100, sounds, apply_starts)
select day, link_id, job_id, clip_id, class,
       count(*) filter (where kind = 'click'), sum(visitor), count(*) filter (where kind = 'view'),
       count(*) filter (where kind = 'play'), count(*) filter (where kind = 'q25'), count(*) filter (where kind = 'q50'),
       count(*) filter (where kind = 'q75'), count(*) filter (where kind = 'q100'), count(*) filter (where kind = 'sound'),
       count(*) filter (where kind = 'apply_start')
from tallies
where kind <> 'apply'
group by day, link_id, job_id, clip_id, class
order by day, link_id, job_id, clip_id, class
on conflict (day, link_id, job_id, clip_id, class) do update set
    clicks = c.clicks + excluded.clicks, visitors = c.visitors + excluded.visitors, views = c.views + excluded.views,
    plays = c.plays + excluded.plays, q25 = c.q25 + excluded.q25, q50 = c.q50 + excluded.q50, q75 = c.q75 + excluded.q75,
    q100 = c.q100 + excluded.q100, sounds = c.sounds + excluded.sounds, apply_starts = c.apply_starts + excluded.apply_starts
