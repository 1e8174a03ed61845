-- Applications from the team that is credited over the channel that earned it to what became of them. One that two teams share is in both.
select coalesce(u.team_id::text, '') as team, coalesce(max(t.name), '') as name, coalesce(l.channel, '') as channel,
    case when a.stage in ('hired', 'rejected', 'withdrawn') then a.stage else 'open' end as outcome, count(distinct a.id)
from applications a
join standing_credits cr on cr.application_id = a.id
join users u on u.id = cr.user_id
left join teams t on t.id = u.team_id
left join links l on l.id = cr.link_id
where {applications} and {credits}
group by 1, 3, 4
order by 2, 1, 3, 4
