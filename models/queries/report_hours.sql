-- Visits behind share links by the hour in which they were made, of all colleagues.
select (h.day + make_interval(hours => h.hour)) at time zone 'UTC' as at, sum(h.clicks)::bigint
from hours h
where h.hour >= 0 and h.day between cast(@from as date) and cast(@to as date)
  and (cast(@job as uuid) is null or h.job_id = cast(@job as uuid))
  and (cast(@clip as uuid) is null or h.clip_id = cast(@clip as uuid))
  and (cast(@channel as text) is null or h.channel = cast(@channel as text))
  and (cast(@skill as uuid) is null or exists (select from job_skills s where s.job_id = h.job_id and s.skill_id = cast(@skill as uuid)))
group by h.day, h.hour
having sum(h.clicks) > 0
