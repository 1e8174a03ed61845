-- The rows behind the visits: each link's days, by the clip that was shown. The newest first.
select c.day, l.id, u.name, j.title, l.channel, coalesce(max(k.title), ''), sum(c.clicks)::bigint as hits,
    coalesce(sum(c.clicks) filter (where c.class = 'human'), 0)::bigint as clicks, coalesce(sum(c.visitors) filter (where c.class = 'human'), 0)::bigint,
    coalesce(sum(c.views) filter (where c.class = 'human'), 0)::bigint, coalesce(sum(c.plays) filter (where c.class = 'human'), 0)::bigint,
    coalesce(sum(c.q25) filter (where c.class = 'human'), 0)::bigint, coalesce(sum(c.q50) filter (where c.class = 'human'), 0)::bigint,
    coalesce(sum(c.q75) filter (where c.class = 'human'), 0)::bigint, coalesce(sum(c.q100) filter (where c.class = 'human'), 0)::bigint,
    coalesce(sum(c.apply_starts) filter (where c.class = 'human'), 0)::bigint
from counts c
join links l on l.id = c.link_id
join users u on u.id = l.user_id
join jobs j on j.id = l.job_id
left join clips k on k.id = c.clip_id
where c.day between cast(@from as date) and cast(@to as date) and (cast(@clip as uuid) is null or c.clip_id = cast(@clip as uuid)) and {links}
group by c.day, l.id, c.clip_id, u.name, j.title
order by c.day desc, clicks desc, hits desc, u.name, l.id, c.clip_id
limit cast(@limit as bigint) offset cast(@offset as bigint)
