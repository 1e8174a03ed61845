-- What was counted, by person.
    select l.user_id, cast(null as uuid) as job_id, cast(null as text) as channel, cast(null as uuid) as clip_id, l.hits, l.clicks, l.visitors, l.views, l.plays, l.q25, l.q50, l.q75, l.q100, l.apply_starts
    from span_users l
    where l.span = any(cast(@spans as bigint[])) and (cast(@user as uuid) is null or l.user_id = cast(@user as uuid))
      and (cast(@team as text) is null or l.user_id in (select id from users where coalesce(team_id::text, '') = cast(@team as text)))
