-- $1 first day, $2 last day, $3 smaller spans and $4 days that together are just that: the totals of the whole as a span of its own.
with fresh as (
    insert into spans (first_day, last_day) values ($1::text::date, $2::text::date) returning id
), parts as (
    select link_id, job_id, clip_id, hits, clicks, visitors, views, plays, q25, q50, q75, q100, apply_starts
    from span_counts where span = any($3::bigint[])
    union all
    select link_id, job_id, clip_id, clicks::int, clicks::int, visitors::int, views::int, plays::int, q25::int, q50::int, q75::int, q100::int, apply_starts::int
    from counts where class = 'human' and day = any($4::text[]::date[]) and link_id is not null
    union all
    select link_id, job_id, clip_id, clicks::int, 0, 0, 0, 0, 0, 0, 0, 0, 0
    from counts where class <> 'human' and day = any($4::text[]::date[]) and link_id is not null
)
insert into span_counts (span, link_id, job_id, clip_id, hits, clicks, visitors, views, plays, q25, q50, q75, q100, apply_starts)
select (select id from fresh), link_id, job_id, clip_id, sum(hits), sum(clicks), sum(visitors), sum(views), sum(plays),
       sum(q25), sum(q50), sum(q75), sum(q100), sum(apply_starts)
from parts group by link_id, job_id, clip_id
