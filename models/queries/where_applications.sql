-- Applications a that a report is about, credited or not.
(cast(@from as date) is null or a.submitted_at >= cast(@from as date))
and (cast(@to as date) is null or a.submitted_at < cast(@to as date) + 1)
and (cast(@job as uuid) is null or a.job_id = cast(@job as uuid))
and (cast(@clip as uuid) is null or a.clip_id = cast(@clip as uuid))
and (cast(@skill as uuid) is null or exists (select from job_skills s where s.job_id = a.job_id and s.skill_id = cast(@skill as uuid)))
