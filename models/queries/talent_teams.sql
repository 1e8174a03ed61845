-- The same of teams, each application once. $3 is how many active people a team needs beside whoever leads the jobs.
with found as (
    select distinct js.skill_id, team.id, team.name, a.id as application, a.job_id, j.title, a.submitted_at, a.stage, cr.user_id,
        (a.skills_seen or a.reached in ('interview', 'offer', 'hired')) as qualified
    from job_skills js
    join jobs j on j.id = js.job_id
    join applications a on a.job_id = j.id
    join standing_credits cr on cr.application_id = a.id
    join users u on u.id = cr.user_id
    join teams team on team.id = u.team_id
    where js.need = 'required' and js.skill_id = any($1) and ($2::uuid is null or j.leader_id = $2)
      and (select count(*) from users m where m.team_id = team.id and m.deactivated_at is null and m.id is distinct from $2) >= $3
), each as (
    select skill_id, id, name, '' as team, count(distinct user_id) as people, count(distinct job_id) as jobs, max(title collate "C") as title,
        count(distinct application) as applications, count(distinct application) filter (where qualified) as qualified,
        count(distinct application) filter (where stage = 'hired') as hires, max(submitted_at) as last
    from found group by 1, 2, 3
), placed as (
    select *, row_number() over (partition by skill_id order by qualified desc, applications desc, last desc, name, id) as place from each
)
select skill_id, id, name, team, people, jobs, title, applications, qualified, hires, last from placed where place <= $4 order by skill_id, place
