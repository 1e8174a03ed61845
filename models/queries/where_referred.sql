-- Applications a with a credit that a report is about; all, where it is about no person, team or channel.
(cast(@user as uuid) is null and cast(@team as text) is null and cast(@channel as text) is null or a.id in (
    select cr.application_id
    from earned cr
    where {credits}))
