-- $1 application, $2 since when: the colleagues who were credited with the same candidate's first earlier application within the
-- ownership period keep the credit. What was itself kept so does not make the period longer.
insert into touches (id, application_id, kind, user_id, link_id, channel, at, class, pinned)
select gen_random_uuid(), a.id, 'owner', c.user_id, c.link_id, coalesce(l.channel, ''), first.submitted_at, 'human', true
from applications a
cross join lateral (
    select e.id, e.submitted_at from applications e
    where e.candidate_id = a.candidate_id and e.id <> a.id and e.job_id <> a.job_id and e.submitted_at between $2 and a.submitted_at
      and exists (select from standing_credits s where s.application_id = e.id and s.reason <> 'credit.owner')
    order by e.submitted_at, e.id limit 1
) first
join standing_credits c on c.application_id = first.id and c.reason <> 'credit.owner'
left join links l on l.id = c.link_id
where a.id = $1
on conflict do nothing
