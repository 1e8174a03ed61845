-- Credits cr, to users u by links l, that a report is about. A credit without a link has the channel ''.
(cast(@channel as text) is null or coalesce(l.channel, '') = cast(@channel as text))
and (cast(@user as uuid) is null or cr.user_id = cast(@user as uuid))
and (cast(@team as text) is null or coalesce(u.team_id::text, '') = cast(@team as text))
