-- What people were owed in the last weeks, team by team, and what became of it. Who leads a team is no part of it; a colleague who has left
-- is counted by what they were answered, and is nobody who works in it. What only the two may know of is not counted: a number would tell of it.
select t.id as team_id, coalesce(t.name, '') as team, coalesce(l.name, '') as leader,
       count(w.id) filter (where w.deactivated_at is null) as people,
       count(w.id) filter (where w.deactivated_at is null and a.user_id is not null and f.to_id is null) as never,
       coalesce(sum(a.owed), 0) as owed, coalesce(sum(a.in_time), 0) as in_time, coalesce(sum(a.late), 0) as late, coalesce(sum(a.overdue), 0) as overdue
from users w
left join teams t on t.id = w.team_id
left join users l on l.id = t.leader_id
left join (
    select o.user_id,
           count(*) filter (where o.since >= @from) as owed,
           count(*) filter (where o.since >= @from and o.answered_at < o.due_at) as in_time,
           count(*) filter (where o.since >= @from and o.answered_at >= o.due_at) as late,
           count(*) filter (where o.since >= @from and o.answered_at is null and o.due_at <= @now) as overdue
    from owed o where o.ended_at is null and not o.private group by o.user_id) a on a.user_id = w.id
left join (select distinct to_id from feedback) f on f.to_id = w.id
where t.leader_id is distinct from w.id and (not @led or t.leader_id = @me)
group by t.id, l.id
order by t.name_key collate "nb-x-icu" nulls last, t.id
