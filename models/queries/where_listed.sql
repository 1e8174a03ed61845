-- What a list of applications a asks for besides: where they came from, how far they came, what became of them.
(cast(@source as text) is null or cast(@source as text) = case
    when exists (select from earned cr where cr.application_id = a.id) then 'referred'
    when a.link_id is not null then 'uncredited' else 'open' end)
and (cast(@stage as text) is null or a.stage = cast(@stage as text))
and (cast(@qualified as boolean) is null or (a.skills_seen or a.reached in ('interview', 'offer', 'hired')))
and (cast(@outcome as text) is null or cast(@outcome as text) = case when a.stage in ('hired', 'rejected', 'withdrawn') then a.stage else 'open' end)
and (cast(@left as text) is null or a.stage <> cast(@left as text) and exists (
    select from stage_changes s
    where s.application_id = a.id and not s.undone and s.from_stage = cast(@left as text) and s.to_stage <> s.from_stage))
