-- $1 day, $2 the next: its events as they were judged, with the click that each later touch belongs to.
select e.id, e.at, e.class, e.reason, e.signals, e.rules, e.click_id is not null,
       coalesce(c.class, ''), coalesce(c.reason, ''), coalesce(c.signals, '')
from events e
left join events c on c.id = e.click_id and c.at = e.at
where e.at >= $1 and e.at < $2
