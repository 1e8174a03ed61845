-- $1 first day, $2 last day, $3 smaller spans and $4 days that together are just that: the totals of the whole as a span of its own.
with fresh as (
    insert into spans (first_day, last_day, totals) values ($1::text::date, $2::text::date, 3) returning id
), parts as (
    select link_id, job_id, clip_id, hits, clicks, visitors, views, plays, q25, q50, q75, q100, apply_starts
    from span_counts where span = any($3::bigint[])
    union all
    select link_id, job_id, clip_id, clicks::int, clicks::int, visitors::int, views::int, plays::int, q25::int, q50::int, q75::int, q100::int, apply_starts::int
    from counts where class = 'human' and day = any($4::text[]::date[]) and link_id is not null
    union all
    select link_id, job_id, clip_id, clicks::int, 0, 0, 0, 0, 0, 0, 0, 0, 0
    from counts where class <> 'human' and day = any($4::text[]::date[]) and link_id is not null
), whole as materialized (
    select (select id from fresh) as span, link_id, job_id, clip_id, sum(hits) as hits, sum(clicks) as clicks, sum(visitors) as visitors,
        sum(views) as views, sum(plays) as plays, sum(q25) as q25, sum(q50) as q50, sum(q75) as q75, sum(q100) as q100, sum(apply_starts) as apply_starts
    from parts group by link_id, job_id, clip_id
), by_users as (
    insert into span_users (span, user_id, hits, clicks, visitors, views, plays, q25, q50, q75, q100, apply_starts)
    select w.span, l.user_id, sum(w.hits), sum(w.clicks), sum(w.visitors), sum(w.views), sum(w.plays),
        sum(w.q25), sum(w.q50), sum(w.q75), sum(w.q100), sum(w.apply_starts)
    from whole w join links l on l.id = w.link_id group by 1, 2
), by_places as (
    insert into span_places (span, job_id, clip_id, channel, hits, clicks, visitors, views, plays, q25, q50, q75, q100, apply_starts)
    select w.span, l.job_id, w.clip_id, l.channel, sum(w.hits), sum(w.clicks), sum(w.visitors), sum(w.views), sum(w.plays),
        sum(w.q25), sum(w.q50), sum(w.q75), sum(w.q100), sum(w.apply_starts)
    from whole w join links l on l.id = w.link_id group by 1, 2, 3, 4
)
insert into span_counts (span, link_id, job_id, clip_id, hits, clicks, visitors, views, plays, q25, q50, q75, q100, apply_starts)
select span, link_id, job_id, clip_id, hits, clicks, visitors, views, plays, q25, q50, q75, q100, apply_starts from whole
