-- Share links l that a report is about.
(cast(@job as uuid) is null or l.job_id = cast(@job as uuid))
and (cast(@channel as text) is null or l.channel = cast(@channel as text))
and (cast(@user as uuid) is null or l.user_id = cast(@user as uuid))
and (cast(@team as text) is null or l.user_id in (select id from users where coalesce(team_id::text, '') = cast(@team as text)))
and (cast(@skill as uuid) is null or exists (select from job_skills s where s.job_id = l.job_id and s.skill_id = cast(@skill as uuid)))
