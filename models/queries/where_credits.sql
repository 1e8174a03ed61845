-- What was earned, cr, that a report is about. What was earned without a link has the channel ''.
(cast(@channel as text) is null or coalesce(cr.channel, '') = cast(@channel as text))
and (cast(@user as uuid) is null or cr.user_id = cast(@user as uuid))
and (cast(@team as text) is null or cr.user_id in (select id from users where coalesce(team_id::text, '') = cast(@team as text)))
