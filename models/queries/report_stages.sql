-- How many days applications were in a stage, of those that are in it no longer; and from the application to the hire. By source, and
-- with the source '' over all. What was taken back does not count. Quartiles are interpolated.
with lasting as (
    select s.stage, s.days,
        case when cr.application_id is not null then 'referred' when a.link_id is not null then 'uncredited' else 'open' end as source
    from applications a
    join stage_days s on s.application_id = a.id and (s.stage = 'hired') = (a.stage = s.stage)
    left join (select distinct application_id from earned) cr on cr.application_id = a.id
    where {applications} and {referred}
)
select stage, coalesce(source, '') as source, count(*), percentile_cont(array[0.25, 0.5, 0.75]) within group (order by days)
from lasting
group by grouping sets ((stage), (stage, source))
