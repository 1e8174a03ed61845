-- $1 applications: what the links behind their candidates' earlier applications are by the rules of today. Whom a person credited with
-- an earlier one all the same keeps the credit for later ones.
update touches t
set class = now.class
from (
    select b.id, case when b.kind = 'owner' and exists (
            select from standing_credits s where s.application_id = e.id and s.user_id = b.user_id and s.cause in ('override', 'appeal')
        ) then 'human' else l.class end as class
    from touches b
    join applications a on a.id = b.application_id
    join applications e on e.candidate_id = a.candidate_id and e.id <> a.id and e.submitted_at = b.at
    join touches l on l.application_id = e.id and l.kind = 'link' and l.user_id = b.user_id and l.link_id is not distinct from b.link_id
    where a.id = any($1) and b.kind in ('before', 'owner')
) now
where t.id = now.id and t.class <> now.class
