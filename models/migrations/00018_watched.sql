-- +goose Up

-- A page tells which seconds of its clip were watched, when it is left; more than once where it was come back to. The seconds of a
-- visit are one event, to which later reports add; added is what the last of them brought, so that each second counts once.
alter table events add column seconds bit(128), add column added bit(128);

-- How many people's visits watched each second of a clip: a rollup kept with the events, as counts is. The first number is that of the
-- first second. A clip's versions are one clip in other files, so that their seconds are the same.
create table watched (
    day     date not null,
    clip_id uuid not null,
    visits  integer not null default 0, -- that told what they watched
    seconds integer[] not null,
    primary key (day, clip_id)
);
