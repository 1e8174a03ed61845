-- Who and what found people for each skill: applications for jobs that require it, by one dimension, counted once in each of its groups.
-- {key} and {label} of an application a, who is credited u (null: nobody) and the link that earned it l; {joins} what they need.
-- $1 the skills, $2 who must lead the jobs (null: anybody).
select js.skill_id, ({key})::text as key, coalesce(max({label} collate "C"), '') as label, count(distinct a.id),
    count(distinct a.id) filter (where a.skills_seen or a.reached in ('interview', 'offer', 'hired')), count(distinct a.id) filter (where a.stage = 'hired'),
    count(distinct a.id) filter (where (a.skills_seen or a.reached in ('interview', 'offer', 'hired')) and a.stage in ('new', 'screening', 'interview', 'offer')
        and a.candidate_id is not null and j.status = 'published')
from job_skills js
join jobs j on j.id = js.job_id
join applications a on a.job_id = j.id
left join standing_credits cr on cr.application_id = a.id
left join users u on u.id = cr.user_id
left join links l on l.id = cr.link_id
{joins}
where js.need = 'required' and js.skill_id = any($1) and ($2::uuid is null or j.leader_id = $2) and ({key}) is not null
group by 1, 2
order by 1, 5 desc, 4 desc, 3, 2
