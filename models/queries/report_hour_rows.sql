-- The rows behind report_hours.sql.
select (h.day + make_interval(hours => h.hour)) at time zone 'UTC' as at, coalesce(j.title, ''), coalesce(k.title, ''), h.channel, h.clicks
from hours h
left join jobs j on j.id = h.job_id
left join clips k on k.id = h.clip_id
where h.clicks > 0 and h.hour >= 0 and h.day between cast(@from as date) and cast(@to as date)
  and (cast(@job as uuid) is null or h.job_id = cast(@job as uuid))
  and (cast(@clip as uuid) is null or h.clip_id = cast(@clip as uuid))
  and (cast(@channel as text) is null or h.channel = cast(@channel as text))
  and (cast(@skill as uuid) is null or exists (select from job_skills s where s.job_id = h.job_id and s.skill_id = cast(@skill as uuid)))
order by h.day desc, h.hour desc, h.clicks desc, j.title, h.channel
