-- Who of those hired is still there, by where they came from and at each mark: one row for each, also where nobody was hired.
-- Yes at a later mark means yes at an earlier one, and whoever has left does not come back. A hire counts at a mark that has come.
-- $1 first and $2 last day of the hire, $3 now, $4 the marks; job $5, team $6 and channel $7 of who is credited, clip $8, skill $9: null is any.
with hires as (
    select a.id, a.stage_since, case when exists (select from standing_credits c where c.application_id = a.id) then 'referred'
        when a.link_id is not null then 'uncredited' else 'open' end as source
    from applications a
    where a.stage = 'hired' and a.stage_since >= $1::text::date and a.stage_since < $2::text::date + 1
      and ($5::uuid is null or a.job_id = $5) and ($8::uuid is null or a.clip_id = $8)
      and ($9::uuid is null or exists (select from job_skills js where js.job_id = a.job_id and js.skill_id = $9))
      and ($6::uuid is null or exists (
        select from standing_credits c join users u on u.id = c.user_id where c.application_id = a.id and u.team_id = $6))
      and ($7::text is null or exists (
        select from standing_credits c join links l on l.id = c.link_id where c.application_id = a.id and l.channel = $7))
), asked as (
    select h.source, mark,
        exists (select from stays s where s.application_id = h.id and s.still and s.months >= mark) as still,
        exists (select from stays s where s.application_id = h.id and not s.still and s.months <= mark) as gone,
        exists (select from stays s where s.application_id = h.id and s.answered_at is not null and s.still is null and s.months = mark) as unknown
    from hires h cross join unnest($4::int[]) mark
    where h.stage_since + make_interval(months => mark) <= $3
)
select sources.source, marks.mark, count(a.mark),
    count(*) filter (where a.still and not a.gone), count(*) filter (where a.gone), count(*) filter (where a.unknown and not a.still and not a.gone)
from (values (1, 'referred'), (2, 'open'), (3, 'uncredited')) sources (place, source) cross join unnest($4::int[]) marks (mark)
left join asked a on a.source = sources.source and a.mark = marks.mark
group by sources.place, 1, 2
order by sources.place, 2
