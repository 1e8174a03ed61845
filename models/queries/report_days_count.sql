-- How many rows report_days.sql has without a limit.
select count(*) from (
    select from counts c join links l on l.id = c.link_id
    where c.day between cast(@from as date) and cast(@to as date) and (cast(@clip as uuid) is null or c.clip_id = cast(@clip as uuid)) and {links}
    group by c.day, l.id, c.clip_id) rows
