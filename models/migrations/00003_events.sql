-- +goose Up

-- Every recorded touch, kept with its class and the reason. One partition a month, made ahead of time.
-- No foreign keys: an event outlives what it is about, and the hot table stays light.
-- A later touch bears the time of its click and an id made from it, so that the same touch reported twice meets the same key.
create table events (
    id            uuid not null,
    at            timestamptz not null,     -- of the click; of the touch itself where no click is known
    after_ms      integer not null default 0, -- how long after at it happened
    kind          text not null,            -- click view play q25 q50 q75 q100 sound apply_start apply
    class         text not null,            -- human preview bot prefetch self internal suspect
    reason        text not null default '', -- why it has this class, a short code
    rules         smallint not null,        -- version of the rules that judged it
    signals       text not null default '', -- what the rules need to judge it again; no address, no full user agent
    click_id      uuid,                     -- the click that a later touch belongs to
    link_id       uuid,
    job_id        uuid,
    clip_id       uuid,
    channel       text not null default '',
    visitor       uuid,                     -- pseudonym of the day, no real uuid
    referrer_host text not null default '',
    device        text not null default '',
    os            text not null default '',
    language      text not null default '',
    country       text not null default '',
    primary key (id, at)
) partition by range (at);
create index events_link on events (link_id, at);
create index events_click on events (click_id) where click_id is not null;
create index events_at on events using brin (at);

-- Rollup, kept in the same transaction as the events it counts.
create table counts (
    day          date not null,
    link_id      uuid,
    job_id       uuid,
    clip_id      uuid,
    class        text not null,
    clicks       bigint not null default 0, -- landing pages asked for
    visitors     bigint not null default 0, -- different visitors of the day
    views        bigint not null default 0,
    plays        bigint not null default 0,
    q25          bigint not null default 0,
    q50          bigint not null default 0,
    q75          bigint not null default 0,
    q100         bigint not null default 0,
    sounds       bigint not null default 0,
    apply_starts bigint not null default 0,
    unique nulls not distinct (day, link_id, job_id, clip_id, class)
);
create index counts_link on counts (link_id, day);

-- Who was counted on a day, so that a visitor counts once; forgotten after two days.
create table day_visitors (
    day     date not null,
    link_id uuid,
    job_id  uuid,
    clip_id uuid,          -- the clip whose rollup has counted the visitor
    visitor uuid not null,
    unique nulls not distinct (day, link_id, job_id, visitor)
);

-- Daily random keys of the visitor pseudonym.
create table visitor_keys (
    day   date primary key,
    value bytea not null
);
