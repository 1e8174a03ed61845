-- What was counted, by job, clip and channel.
    select cast(null as uuid) as user_id, s.job_id, s.channel, s.clip_id, s.hits, s.clicks, s.visitors, s.views, s.plays, s.q25, s.q50, s.q75, s.q100, s.apply_starts
    from span_places s
    where s.span = any(cast(@spans as bigint[])) and (cast(@job as uuid) is null or s.job_id = cast(@job as uuid))
      and (cast(@clip as uuid) is null or s.clip_id = cast(@clip as uuid)) and (cast(@channel as text) is null or s.channel = cast(@channel as text))
      and (cast(@skill as uuid) is null or exists (select from job_skills js where js.job_id = s.job_id and js.skill_id = cast(@skill as uuid)))
