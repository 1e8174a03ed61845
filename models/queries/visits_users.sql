-- What was counted, by person.
    select l.user_id, cast(null as uuid) as job_id, cast(null as text) as channel, cast(null as uuid) as clip_id, l.hits, l.clicks, l.visitors, l.views, l.plays, l.q25, l.q50, l.q75, l.q100, l.apply_starts
    from span_users l
    where l.span = any(cast(@spans as bigint[])) and (cast(@user as uuid) is null or l.user_id = cast(@user as uuid))
      and (cast(@team as text) is null or l.user_id in (select id from users where coalesce(team_id::text, '') = cast(@team as text)))
    union all
    select l.user_id, cast(null as uuid), cast(null as text), cast(null as uuid), sum(s.clicks::int)::int,
        coalesce(sum(s.clicks::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.visitors::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.views::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.plays::int) filter (where s.class = 'human'), 0)::int,
        coalesce(sum(s.q25::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.q50::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.q75::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.q100::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.apply_starts::int) filter (where s.class = 'human'), 0)::int
    from counts s join links l on l.id = s.link_id
    where s.day = any(cast(cast(@daily as text[]) as date[])) and l.created_at < cast(@to as date) + 1
      and (cast(@clip as uuid) is null or s.clip_id = cast(@clip as uuid)) and {links}
    group by 1
