-- Applications by one dimension, and a last row with the total of all. An application counts for whoever is credited with it, and for the
-- channel that earned it, if one did. {key}, {label} and {joins} as in report_visits.sql.
with earned as materialized ( -- in one row what was earned alike; each application that several people share in rows of its own
    select cr.user_id, a.job_id, a.clip_id, l.channel, case when cr.weight < 1 then a.id end as shared, count(*) as applications,
        count(*) filter (where a.skills_seen or a.reached in ('interview', 'offer', 'hired')) as qualified,
        count(*) filter (where a.stage = 'hired') as hires
    from applications a
    join standing_credits cr on cr.application_id = a.id
    join users u on u.id = cr.user_id
    left join links l on l.id = cr.link_id
    where {applications} and {credits}
    group by 1, 2, 3, 4, 5
), each as (
    select {key} as key, max({label} collate "C") as label,
        case when l.shared is null then sum(l.applications) else max(l.applications) end as applications,
        case when l.shared is null then sum(l.qualified) else max(l.qualified) end as qualified,
        case when l.shared is null then sum(l.hires) else max(l.hires) end as hires
    from earned l
    join users u on u.id = l.user_id
    cross join lateral (select l.clip_id) c
    {joins}
    where {key} is not null
    group by 1, l.shared
), total as (
    select case when shared is null then sum(applications) else max(applications) end as applications,
        case when shared is null then sum(qualified) else max(qualified) end as qualified,
        case when shared is null then sum(hires) else max(hires) end as hires
    from earned group by shared
)
select key::text, coalesce(max(label), '') as label, sum(applications)::bigint, sum(qualified)::bigint, sum(hires)::bigint, false as total
from each group by key
union all
select '', '', coalesce(sum(applications), 0)::bigint, coalesce(sum(qualified), 0)::bigint, coalesce(sum(hires), 0)::bigint, true from total
order by total
