-- +goose Up

-- What people did on the pages behind share links by the hour of the click (UTC), over all colleagues: few rows, for what a report shows
-- over time. Kept in the same transaction as counts. Hour -1 is of days whose raw events were gone when this began to be counted.
create table hours (
    day     date not null,
    hour    smallint not null check (hour between -1 and 23),
    job_id  uuid,
    clip_id uuid,
    channel text not null,
    clicks  bigint not null default 0,
    views   bigint not null default 0,
    plays   bigint not null default 0,
    unique nulls not distinct (day, hour, job_id, clip_id, channel)
);

insert into hours (day, hour, job_id, clip_id, channel, clicks, views, plays)
select (at at time zone 'UTC')::date, extract(hour from at at time zone 'UTC'), job_id, clip_id, channel,
       count(*) filter (where kind = 'click'), count(*) filter (where kind = 'view'), count(*) filter (where kind = 'play')
from events
where class = 'human' and link_id is not null and kind in ('click', 'view', 'play')
group by 1, 2, 3, 4, 5;

insert into hours (day, hour, job_id, clip_id, channel, clicks, views, plays)
select c.day, -1, c.job_id, c.clip_id, l.channel, sum(c.clicks), sum(c.views), sum(c.plays)
from counts c join links l on l.id = c.link_id
where c.class = 'human' and c.day not in (select day from hours)
group by 1, 3, 4, 5;

-- Files that somebody asked for: made in the background, fetched by whoever asked, and gone after a day.
create table exports (
    id          uuid primary key,
    user_id     uuid not null references users on delete cascade,
    kind        text not null check (kind in ('days', 'links', 'applications')),
    format      text not null check (format in ('csv', 'xlsx')),
    language    text not null,
    filter      jsonb not null,
    status      text not null check (status in ('waiting', 'working', 'ready', 'failed')),
    rows        bigint not null default 0, -- that there will be
    done        bigint not null default 0, -- that are written
    key         text not null default '',
    size        bigint not null default 0,
    created_at  timestamptz not null,
    ready_at    timestamptz,
    expires_at  timestamptz not null
);
create index exports_user on exports (user_id, created_at desc);
create index exports_expires on exports (expires_at);
