-- $1 applications: what the clicks behind their touches are by the rules of today, and when they were. A page made ready ahead was
-- looked at where the form was filled in there; of one that the same visitor never came back to nobody knows.
update touches t
set at = case when t.kind = 'link' then e.at else t.at end,
    class = case when t.pinned then t.class when e.class = 'prefetch' and t.kind = 'link' then 'human' else e.class end
from applications a, events e
where t.application_id = a.id and a.id = any($1) and t.kind in ('link', 'visitor')
  and e.id = case when t.kind = 'link' then coalesce(a.click_id, a.id) else t.event_id end
  and e.at between a.submitted_at - interval '25 hours' and a.submitted_at + interval '5 minutes'
  and (t.at, t.class) is distinct from (case when t.kind = 'link' then e.at else t.at end,
      case when t.pinned then t.class when e.class = 'prefetch' and t.kind = 'link' then 'human' else e.class end)
