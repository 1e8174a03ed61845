-- Applications by one dimension, and a last row with the total of all. An application counts for whoever is credited with it, and for the
-- channel that earned it, if one did; one that several people share counts once for what they have in common. {key}, {label} and {joins}
-- as in report_visits.sql.
with picked as not materialized (
    select cr.user_id, cr.job_id, cr.clip_id, cr.channel, cr.weight < 1 as divided, cr.application_id, cr.qualified, cr.stage = 'hired' as hired
    from earned cr
    cross join lateral (select cr.job_id, cr.clip_id, cr.submitted_at) a
    where {applications} and {credits}
), each as (
    select {key} as key, count(*) as applications, count(*) filter (where l.qualified) as qualified, count(*) filter (where l.hired) as hires
    from picked l {joins}
    where not l.divided and {key} is not null
    group by 1
    union all
    select key, count(*), count(*) filter (where qualified), count(*) filter (where hired)
    from (select distinct {key} as key, l.application_id, l.qualified, l.hired from picked l {joins} where l.divided and {key} is not null) d
    group by 1
), groups as (
    select key, sum(applications) as applications, sum(qualified) as qualified, sum(hires) as hires from each group by key
), total as (
    select count(*) as applications, count(*) filter (where qualified) as qualified, count(*) filter (where hired) as hires
    from picked where not divided
    union all
    select count(*), count(*) filter (where qualified), count(*) filter (where hired)
    from (select distinct application_id, qualified, hired from picked where divided) d
)
select {shown}, coalesce({label}, ''), applications::bigint, qualified::bigint, hires::bigint, false as total
from groups k
union all
select '', '', sum(applications)::bigint, sum(qualified)::bigint, sum(hires)::bigint, true from total
order by total
