-- Whose shares brought people for jobs that require a skill: for each skill those with the most qualified ones first, then with the most
-- applications, then the latest. Only who works here can be asked.
-- $1 the skills, $2 who must lead the jobs (null: anybody), $3 how many people a group must have, $4 at most how many for a skill. For a leader
-- only those are named who have agreed, and none of a team in which fewer than a group have not: what is left of its total would be theirs.
with found as (
    select js.skill_id, u.id, u.name, coalesce(team.name, '') as team, a.id as application, a.job_id, j.title, a.submitted_at, a.stage,
        (a.skills_seen or a.reached in ('interview', 'offer', 'hired')) as qualified
    from job_skills js
    join jobs j on j.id = js.job_id
    join applications a on a.job_id = j.id
    join standing_credits cr on cr.application_id = a.id
    join users u on u.id = cr.user_id
    left join teams team on team.id = u.team_id
    where js.need = 'required' and js.skill_id = any($1) and ($2::uuid is null or j.leader_id = $2 and u.id <> $2)
      and u.deactivated_at is null and ($2::uuid is null or u.show_results and (
        select count(*) filter (where m.deactivated_at is not null or not m.show_results) = 0
            or count(*) filter (where m.deactivated_at is null and not m.show_results) >= $3
        from users m where m.team_id = u.team_id and m.id <> $2))
), each as (
    select skill_id, id, name, team, 1::bigint as people, count(distinct job_id) as jobs, max(title collate "C") as title, count(*) as applications,
        count(*) filter (where qualified) as qualified, count(*) filter (where stage = 'hired') as hires, max(submitted_at) as last
    from found group by 1, 2, 3, 4
), placed as (
    select *, row_number() over (partition by skill_id order by qualified desc, applications desc, last desc, name, id) as place from each
)
select skill_id, id, name, team, people, jobs, title, applications, qualified, hires, last from placed where place <= $4 order by skill_id, place
