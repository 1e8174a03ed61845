-- Applications by one dimension, and a last row with the total of all. An application counts for whoever is credited with it, and for the
-- channel that earned it, if one did; one that several people share counts once for what they have in common. {key}, {label} and {joins}
-- as in report_visits.sql.
with picked as not materialized (
    select cr.user_id, cr.job_id, cr.clip_id, cr.channel, case when cr.weight < 1 then cr.application_id end as shared,
        cr.qualified, cr.stage = 'hired' as hired
    from earned cr
    cross join lateral (select cr.job_id, cr.clip_id, cr.submitted_at) a
    where {applications} and {credits}
), each as (
    select {key} as key, case when l.shared is null then count(*) else 1 end as applications,
        case when l.shared is null then count(*) filter (where l.qualified) else max(l.qualified::int) end as qualified,
        case when l.shared is null then count(*) filter (where l.hired) else max(l.hired::int) end as hires
    from picked l {joins}
    where {key} is not null
    group by 1, l.shared
), groups as (
    select key, sum(applications) as applications, sum(qualified) as qualified, sum(hires) as hires from each group by key
), total as (
    select case when shared is null then count(*) else 1 end as applications,
        case when shared is null then count(*) filter (where qualified) else max(qualified::int) end as qualified,
        case when shared is null then count(*) filter (where hired) else max(hired::int) end as hires
    from picked group by shared
)
select k.key::text, coalesce({label}, ''), applications::bigint, qualified::bigint, hires::bigint, false as total
from groups k
union all
select '', '', coalesce(sum(applications), 0)::bigint, coalesce(sum(qualified), 0)::bigint, coalesce(sum(hires), 0)::bigint, true from total
order by total
