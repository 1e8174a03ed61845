-- What people of those teams came to be owed in each of the last weeks, and what became of it; the first week first. What only the
-- two may know of is not counted.
select m.monday::timestamptz as monday, count(distinct o.user_id) as people, count(o.id) as owed,
       count(*) filter (where o.answered_at < o.due_at) as in_time,
       count(*) filter (where o.answered_at >= o.due_at) as late,
       count(*) filter (where o.answered_at is null and o.due_at <= @now) as overdue
from generate_series(cast(@from as timestamp), cast(@from as timestamp) + make_interval(weeks => @weeks - 1), interval '7 days') m (monday)
left join (
    select o.* from owed o join users w on w.id = o.user_id left join teams t on t.id = w.team_id
    where o.ended_at is null and not o.private and o.since >= @from and t.leader_id is distinct from w.id
      and coalesce(w.team_id, '00000000-0000-0000-0000-000000000000') in @teams
) o on o.since >= m.monday and o.since < m.monday + interval '7 days'
group by m.monday order by m.monday
