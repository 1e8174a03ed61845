-- Requests for the pages behind share links by class and, where it is known, by reason; of people's also how many are confirmed. By person
-- and team only the days' rollup knows the class, and nothing the reason; all else the two shorter rollups.
with hit as (
    select 'human' as class, '' as reason, sum(h.clicks) as hits, sum(h.views) as confirmed
    from hours h
    where cast(@user as uuid) is null and cast(@team as text) is null and {hours}
    union all
    select h.class, h.reason, sum(h.hits), 0
    from verdicts h
    where cast(@user as uuid) is null and cast(@team as text) is null and {hours}
    group by h.class, h.reason
    union all
    select c.class, '', sum(c.clicks), coalesce(sum(c.views) filter (where c.class = 'human'), 0)
    from counts c join links l on l.id = c.link_id
    where (cast(@user as uuid) is not null or cast(@team as text) is not null)
      and c.day between cast(@from as date) and cast(@to as date) and (cast(@clip as uuid) is null or c.clip_id = cast(@clip as uuid)) and {links}
    group by c.class
)
select class, reason, hits::bigint, confirmed::bigint from hit where hits > 0 or confirmed > 0 order by hits desc, reason
