-- +goose Up

-- Spans of days that are over, each with its totals in one row for a link, so that a report over a year does not read every day of it.
-- They say nothing that counts does not: a span that anything is added to is deleted in the same transaction, and made anew later.
create table spans (
    id         bigint generated always as identity primary key,
    first_day  date not null,
    last_day   date not null,
    unique (first_day, last_day)
);

-- Of share links. Rows whose span is gone are read by nobody and cleared away.
create table span_counts (
    span         bigint not null,
    link_id      uuid not null,
    job_id       uuid,
    clip_id      uuid,
    hits         integer not null, -- every class; all that follows only people
    clicks       integer not null,
    visitors     integer not null,
    views        integer not null,
    plays        integer not null,
    q25          integer not null,
    q50          integer not null,
    q75          integer not null,
    q100         integer not null,
    apply_starts integer not null
);
create index span_counts_span on span_counts (span);

-- Who is credited now; asked so that many applications cost one pass over the ledger.
create or replace view standing_credits as
    select c.* from credits c
    where c.weight > 0
      and not exists (select from credits newer where newer.application_id = c.application_id and newer.round > c.round);
