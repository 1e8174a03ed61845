-- What happened in each @step (day, week, month) of the time: on pages behind share links, and with the applications that are credited to
-- somebody. By person and team only the days' rollup knows; all else the hours' one, which is much shorter.
with visited as (
    select date_trunc(cast(@step as text), h.day)::date as bucket, sum(h.clicks) as clicks, sum(h.views) as views
    from hours h
    where cast(@user as uuid) is null and cast(@team as text) is null and {hours}
    group by 1
    union all
    select date_trunc(cast(@step as text), c.day)::date, sum(c.clicks), sum(c.views)
    from counts c join links l on l.id = c.link_id
    where (cast(@user as uuid) is not null or cast(@team as text) is not null) and c.class = 'human'
      and c.day between cast(@from as date) and cast(@to as date) and (cast(@clip as uuid) is null or c.clip_id = cast(@clip as uuid)) and {links}
    group by 1
), applied as (
    select date_trunc(cast(@step as text), submitted_at)::date as bucket, count(*) as applications,
        count(*) filter (where qualified) as qualified, count(*) filter (where stage = 'hired') as hires
    from (
        select distinct cr.application_id, cr.submitted_at, cr.qualified, cr.stage
        from earned cr
        cross join lateral (select cr.job_id, cr.clip_id, cr.submitted_at) a
        where {applications} and {credits}
    ) once
    group by 1
)
select bucket, coalesce(clicks, 0)::bigint, coalesce(views, 0)::bigint, coalesce(applications, 0)::bigint, coalesce(qualified, 0)::bigint,
    coalesce(hires, 0)::bigint
from visited full join applied using (bucket)
order by bucket
