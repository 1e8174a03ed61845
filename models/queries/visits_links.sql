-- What was counted, by link and clip: for a report about persons and about jobs, clips or channels.
    select l.user_id, l.job_id, l.channel, s.clip_id, s.hits, s.clicks, s.visitors, s.views, s.plays, s.q25, s.q50, s.q75, s.q100, s.apply_starts
    from span_counts s join links l on l.id = s.link_id
    where s.span = any(cast(@spans as bigint[])) and l.created_at < cast(@to as date) + 1 and (cast(@job as uuid) is null or s.job_id = cast(@job as uuid))
      and (cast(@clip as uuid) is null or s.clip_id = cast(@clip as uuid)) and {links}
