-- +goose Up

-- Nothing is counted between what is read here and the program that goes on from it.
lock table counts in share row exclusive mode;

-- How requests for pages behind share links were judged that are no person's, and why, over all colleagues: few rows, for what a report
-- shows of them. Kept in the same transaction as counts. The reason '' is of days whose raw events were gone when this began to be counted.
create table verdicts (
    day     date   not null,
    job_id  uuid,
    clip_id uuid,
    channel text   not null,
    class   text   not null, -- never human
    reason  text   not null, -- of the event
    hits    bigint not null default 0,
    unique nulls not distinct (day, job_id, clip_id, channel, class, reason)
);

insert into verdicts (day, job_id, clip_id, channel, class, reason, hits)
select (at at time zone 'UTC')::date, job_id, clip_id, channel, class, reason, count(*)
from events
where class <> 'human' and link_id is not null and kind = 'click'
group by 1, 2, 3, 4, 5, 6;

insert into verdicts (day, job_id, clip_id, channel, class, reason, hits)
select c.day, c.job_id, c.clip_id, l.channel, c.class, '', sum(c.clicks)
from counts c join links l on l.id = c.link_id
where c.class <> 'human' and c.clicks > 0 and c.day not in (select day from verdicts)
group by 1, 2, 3, 4, 5;

-- A draft is made by one worker at a time, which gives a sign of life: what a killed one had begun is taken up within a
-- minute. Attempts is the number of the lease: only who holds the newest can change the draft.
alter table transcriptions add column heartbeat_at timestamptz, add column attempts integer not null default 0;
