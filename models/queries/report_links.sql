-- The share links that were made in the time, the newest first.
select l.created_at, u.name, coalesce(t.name, ''), j.title, l.channel, l.code, l.disabled_at is not null
from links l
join users u on u.id = l.user_id
left join teams t on t.id = u.team_id
join jobs j on j.id = l.job_id
where not l.unasked and l.created_at >= cast(@from as date) and l.created_at < cast(@to as date) + 1 and {links}
order by l.created_at desc, l.id desc
limit cast(@limit as bigint) offset cast(@offset as bigint)
