-- What was counted, by person.
    select s.user_id, cast(null as uuid) as job_id, cast(null as text) as channel, cast(null as uuid) as clip_id, s.hits, s.clicks, s.visitors, s.views, s.plays, s.q25, s.q50, s.q75, s.q100, s.apply_starts
    from span_users s join users u on u.id = s.user_id
    where s.span = any(cast(@spans as bigint[])) and (cast(@user as uuid) is null or s.user_id = cast(@user as uuid))
      and (cast(@team as text) is null or coalesce(u.team_id::text, '') = cast(@team as text))
    union all
    select l.user_id, cast(null as uuid), cast(null as text), cast(null as uuid), sum(s.clicks), sum(s.clicks) filter (where s.class = 'human'), sum(s.visitors) filter (where s.class = 'human'), sum(s.views) filter (where s.class = 'human'), sum(s.plays) filter (where s.class = 'human'), sum(s.q25) filter (where s.class = 'human'), sum(s.q50) filter (where s.class = 'human'), sum(s.q75) filter (where s.class = 'human'), sum(s.q100) filter (where s.class = 'human'), sum(s.apply_starts) filter (where s.class = 'human')
    from counts s join links l on l.id = s.link_id join users u on u.id = l.user_id
    where s.day = any(cast(cast(@daily as text[]) as date[])) and l.created_at < cast(@to as date) + 1
      and (cast(@clip as uuid) is null or s.clip_id = cast(@clip as uuid)) and {links}
    group by 1
