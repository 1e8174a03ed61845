-- Visits behind share links by the hour in which they were made, of all colleagues.
select (h.day + make_interval(hours => h.hour)) at time zone 'UTC' as at, sum(h.clicks)::bigint
from hours h
where h.hour >= 0 and {hours}
group by h.day, h.hour
having sum(h.clicks) > 0
