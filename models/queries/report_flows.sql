-- Applications from the team that is credited over the channel that earned it to what became of them. One that two teams share is in both.
with way as not materialized (
    select u.team_id as team, coalesce(cr.channel, '') as channel,
        case when cr.stage in ('hired', 'rejected', 'withdrawn') then cr.stage else 'open' end as outcome, cr.weight < 1 as divided, cr.application_id
    from earned cr join users u on u.id = cr.user_id
    cross join lateral (select cr.job_id, cr.clip_id, cr.submitted_at) a
    where {applications} and {credits}
), counted as (
    select team, channel, outcome, count(*) as n from way where not divided group by 1, 2, 3
    union all
    select team, channel, outcome, count(*) from (select distinct team, channel, outcome, application_id from way where divided) d group by 1, 2, 3
)
select coalesce(f.team::text, '') as team, coalesce(t.name, ''), channel, outcome, sum(n)::bigint
from counted f left join teams t on t.id = f.team
group by f.team, t.name, channel, outcome
order by t.name collate "nb-x-icu", 1, 3, 4
