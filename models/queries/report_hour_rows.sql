-- The rows behind report_hours.sql.
select (h.day + make_interval(hours => h.hour)) at time zone 'UTC' as at, coalesce(j.title, ''), coalesce(k.title, ''), h.channel, h.clicks
from hours h
left join jobs j on j.id = h.job_id
left join clips k on k.id = h.clip_id
where h.clicks > 0 and h.hour >= 0 and {hours}
order by h.day desc, h.hour desc, h.clicks desc, j.title, h.channel
