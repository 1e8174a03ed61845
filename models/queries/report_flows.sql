-- Applications from the team that is credited over the channel that earned it to what became of them. One that two teams share is in both.
select coalesce(team::text, '') as team, coalesce(t.name, ''), channel, outcome, count(*)
from (
    select distinct u.team_id as team, coalesce(cr.channel, '') as channel,
        case when cr.stage in ('hired', 'rejected', 'withdrawn') then cr.stage else 'open' end as outcome, cr.application_id
    from earned cr join users u on u.id = cr.user_id
    cross join lateral (select cr.job_id, cr.clip_id, cr.submitted_at) a
    where {applications} and {credits}
) f left join teams t on t.id = f.team
group by 1, 2, 3, 4
order by 2, 1, 3, 4
