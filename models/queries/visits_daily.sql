-- What was counted on the days that are in no span, by what is kept of links l and of the clips s that were shown.
    select {keys}, sum(s.clicks::int)::int,
        coalesce(sum(s.clicks::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.visitors::int) filter (where s.class = 'human'), 0)::int,
        coalesce(sum(s.views::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.plays::int) filter (where s.class = 'human'), 0)::int,
        coalesce(sum(s.q25::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.q50::int) filter (where s.class = 'human'), 0)::int,
        coalesce(sum(s.q75::int) filter (where s.class = 'human'), 0)::int, coalesce(sum(s.q100::int) filter (where s.class = 'human'), 0)::int,
        coalesce(sum(s.apply_starts::int) filter (where s.class = 'human'), 0)::int
    from counts s join links l on l.id = s.link_id
    where s.day = any(cast(cast(@daily as text[]) as date[])) and l.created_at < cast(@to as date) + 1
      and (cast(@clip as uuid) is null or s.clip_id = cast(@clip as uuid)) and {links}
    group by 1, 2, 3, 4
