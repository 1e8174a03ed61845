-- Rows h of hours or verdicts that a report is about; they know nothing of people.
h.day between cast(@from as date) and cast(@to as date)
and (cast(@job as uuid) is null or h.job_id = cast(@job as uuid))
and (cast(@clip as uuid) is null or h.clip_id = cast(@clip as uuid))
and (cast(@channel as text) is null or h.channel = cast(@channel as text))
and (cast(@skill as uuid) is null or exists (select from job_skills s where s.job_id = h.job_id and s.skill_id = cast(@skill as uuid)))
