-- How many days applications were in a stage, of those that are in it no longer; and from the application to the hire. By source, and
-- with the source '' over all. What was taken back does not count. Quartiles are interpolated.
with picked as materialized (
    select a.id, a.submitted_at, a.stage,
        case when cr.application_id is not null then 'referred' when a.link_id is not null then 'uncredited' else 'open' end as source
    from applications a
    left join (select application_id from standing_credits group by 1) cr on cr.application_id = a.id
    where {applications} and {referred}
), steps as (
    select p.id, p.source, p.stage as now, p.submitted_at, s.from_stage, s.to_stage, s.at,
        s.at - lag(s.at, 1, p.submitted_at) over (partition by p.id order by s.at, s.id) as lasted
    from picked p join stage_changes s on s.application_id = p.id
    where not s.undone and s.from_stage <> s.to_stage
), lasting as (
    select from_stage as stage, source, extract(epoch from sum(lasted))::float8 / 86400 as days
    from steps
    where now <> from_stage and from_stage in ('new', 'screening', 'interview', 'offer')
    group by id, source, from_stage
    union all
    select 'hired', source, extract(epoch from max(at) - submitted_at)::float8 / 86400
    from steps
    where now = 'hired' and to_stage = 'hired'
    group by id, source, submitted_at
)
select stage, coalesce(source, '') as source, count(*), percentile_cont(array[0.25, 0.5, 0.75]) within group (order by days)
from lasting
group by grouping sets ((stage), (stage, source))
