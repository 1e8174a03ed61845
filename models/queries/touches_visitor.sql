-- $1 application: the links to the same job that the same visitor opened earlier that day, the first and the last click on each, of
-- those that a person made if there are any: a page made ready ahead and then looked at has a click of both kinds at the same time.
-- The pseudonym is a day's own, so that nobody is known again the day after.
with asked as (
    select a.id, a.job_id, a.click_id, a.submitted_at, array_agg(distinct v.visitor) as visitors, min(v.at) as at
    from applications a
    join events v on v.id in (a.click_id, a.id) and v.visitor is not null
         and v.at between a.submitted_at - interval '25 hours' and a.submitted_at + interval '5 minutes'
    where a.id = $1
    group by a.id
)
insert into touches (id, application_id, kind, user_id, link_id, channel, event_id, at, class)
select gen_random_uuid(), a.id, 'visitor', l.user_id, l.id, l.channel, e.id, e.at, e.class
from asked a
join links l on l.job_id = a.job_id
cross join lateral (
    (select e.id, e.at, e.class from events e
     where e.link_id = l.id and e.kind = 'click' and e.visitor = any(a.visitors) and e.id is distinct from a.click_id
       and e.at >= a.submitted_at - interval '24 hours' and e.at <= a.at
     order by e.class = 'human' desc, e.at limit 1)
    union
    (select e.id, e.at, e.class from events e
     where e.link_id = l.id and e.kind = 'click' and e.visitor = any(a.visitors) and e.id is distinct from a.click_id
       and e.at >= a.submitted_at - interval '24 hours' and e.at <= a.at
     order by e.class = 'human' desc, e.at desc limit 1)
) e
on conflict do nothing
