-- What was counted, by job, clip and channel.
    select cast(null as uuid) as user_id, s.job_id, s.channel, s.clip_id, s.hits, s.clicks, s.visitors, s.views, s.plays, s.q25, s.q50, s.q75, s.q100, s.apply_starts
    from span_places s
    where s.span = any(cast(@spans as bigint[])) and (cast(@job as uuid) is null or s.job_id = cast(@job as uuid))
      and (cast(@clip as uuid) is null or s.clip_id = cast(@clip as uuid)) and (cast(@channel as text) is null or s.channel = cast(@channel as text))
      and (cast(@skill as uuid) is null or exists (select from job_skills js where js.job_id = s.job_id and js.skill_id = cast(@skill as uuid)))
    union all
    select cast(null as uuid), l.job_id, l.channel, s.clip_id, sum(s.clicks::int)::int,
        coalesce(sum(s.clicks::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.visitors::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.views::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.plays::int) filter (where s.class = 'human'), 0)::int,
        coalesce(sum(s.q25::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.q50::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.q75::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.q100::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.apply_starts::int) filter (where s.class = 'human'), 0)::int
    from counts s join links l on l.id = s.link_id
    where s.day = any(cast(cast(@daily as text[]) as date[])) and l.created_at < cast(@to as date) + 1
      and (cast(@clip as uuid) is null or s.clip_id = cast(@clip as uuid)) and {links}
    group by 2, 3, 4
