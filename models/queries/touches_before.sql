-- The same candidate's earlier applications by colleagues' links are evidence for later ones, by name and not by pseudonym.
insert into touches (id, application_id, kind, user_id, link_id, channel, event_id, at, class, pinned)
select gen_random_uuid(), a.id, 'before', t.user_id, t.link_id, t.channel, t.event_id, e.submitted_at, t.class, true
from applications a
join applications e on e.candidate_id = a.candidate_id and e.id <> a.id and e.submitted_at <= a.submitted_at
join touches t on t.application_id = e.id and t.kind = 'link'
where a.id = ?
on conflict do nothing
