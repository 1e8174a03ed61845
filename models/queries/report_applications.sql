-- Applications without who applied: for a file that may outlive the person's wish to be forgotten. The newest first.
select a.id, a.submitted_at, j.title, a.stage, a.reached, (a.skills_seen or a.reached in ('interview', 'offer', 'hired')) as qualified,
    coalesce(string_agg(u.name, ', ' order by cr.weight desc, u.name), '') as credited, coalesce(min(l.channel), '') as channel,
    case when count(cr.id) > 0 then 'referred' when a.link_id is not null then 'uncredited' else 'open' end as source, a.stage_since
from applications a
join jobs j on j.id = a.job_id
left join standing_credits cr on cr.application_id = a.id
left join users u on u.id = cr.user_id
left join links l on l.id = cr.link_id
where {applications} and {referred} and {listed}
group by a.id, j.title
order by a.submitted_at desc, a.id desc
