-- How few people hold half of the credit, how many hold any, and how many have shared at all.
with held as (
    select cr.user_id, sum(cr.weight) as weight
    from earned cr
    cross join lateral (select cr.job_id, cr.clip_id, cr.submitted_at) a
    where {applications} and {credits}
    group by 1
), ranked as (
    select row_number() over most as nth, sum(weight) over most as upto, sum(weight) over () as total
    from held
    window most as (order by weight desc, user_id rows unbounded preceding)
)
select coalesce(min(nth) filter (where upto * 2 >= total - 1e-6), 0)::bigint, count(*),
    (select count(distinct l.user_id) from links l where not l.unasked and l.created_at < cast(@to as date) + 1 and {links})
from ranked
