-- +goose Up

-- Nothing is written between what is read here and the triggers that go on from it.
lock table applications, stage_changes, credits in share row exclusive mode;

-- The totals of a span once more, over everything but the person, and over everything but job, clip and channel: few rows, so that
-- a report about one of the two does not read every link. Made and dropped with the span.
create table span_users (
    span         bigint not null,
    user_id      uuid not null,
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
create index span_users_span on span_users (span);

create table span_places (
    span         bigint not null,
    job_id       uuid not null,
    clip_id      uuid,
    channel      text not null,
    hits         integer not null,
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
create index span_places_span on span_places (span);

delete from spans; -- they are made again, with these
alter table spans add column totals smallint not null; -- how many kinds there are: a program that knows of fewer can make none

-- Who is credited with an application now, beside what reports ask about it: standing_credits and applications in one row. It says
-- nothing that they do not.
create table earned (
    application_id uuid not null references applications on delete cascade,
    user_id        uuid not null,
    link_id        uuid,
    weight         double precision not null,
    job_id         uuid not null,
    clip_id        uuid,
    channel        text,
    submitted_at   timestamptz not null,
    stage          text not null,
    qualified      boolean not null
);
create index earned_application on earned (application_id);
create index earned_user on earned (user_id);
create index earned_divided on earned (application_id) where weight < 1; -- few: what several share is counted once for what they have in common

create view earned_now as
select c.application_id, c.user_id, c.link_id, c.weight, a.job_id, a.clip_id, l.channel, a.submitted_at, a.stage,
       a.skills_seen or a.reached in ('interview', 'offer', 'hired') as qualified
from standing_credits c join applications a on a.id = c.application_id left join links l on l.id = c.link_id;

insert into earned select * from earned_now;

-- The lock has two that add to the ledger of one application write what they earned one after the other.
-- +goose StatementBegin
create function earn_anew() returns trigger language plpgsql as $$
declare
    ids uuid[] := array(select distinct application_id from fresh);
begin
    perform from applications where id = any(ids) order by id for no key update;
    delete from earned where application_id = any(ids);
    insert into earned select n.* from earned_now n where n.application_id = any(ids);
    return null;
end
$$;
-- +goose StatementEnd
create trigger earn_anew after insert on credits referencing new table as fresh for each statement execute function earn_anew();

-- +goose StatementBegin
create function earned_changes() returns trigger language plpgsql as $$
begin
    update earned e
    set job_id = a.job_id, clip_id = a.clip_id, submitted_at = a.submitted_at, stage = a.stage,
        qualified = a.skills_seen or a.reached in ('interview', 'offer', 'hired')
    from fresh a join old_rows o on o.id = a.id
    where e.application_id = a.id and (a.job_id, a.clip_id, a.submitted_at, a.stage, a.reached, a.skills_seen)
        is distinct from (o.job_id, o.clip_id, o.submitted_at, o.stage, o.reached, o.skills_seen);
    return null;
end
$$;
-- +goose StatementEnd
create trigger earned_changes after update on applications referencing old table as old_rows new table as fresh
    for each statement execute function earned_changes();

-- How many days an application was in a stage in all, from the change that brought it there to the one that led on, and, as hired, from
-- the application to the hire. What was taken back does not count.
create table stage_days (
    application_id uuid not null references applications on delete cascade,
    stage          text not null,
    days           double precision not null,
    primary key (application_id, stage)
);

create view stage_days_now as
with steps as not materialized ( -- asked of few applications, it is not made of all
    select a.id, a.submitted_at, s.from_stage, s.to_stage, s.at, s.at - lag(s.at, 1, a.submitted_at) over (partition by a.id order by s.at, s.id) as lasted
    from applications a join stage_changes s on s.application_id = a.id
    where not s.undone and s.from_stage <> s.to_stage
)
select id as application_id, from_stage as stage, extract(epoch from sum(lasted))::float8 / 86400 as days
from steps where from_stage in ('new', 'screening', 'interview', 'offer')
group by id, from_stage
union all
select id, 'hired', extract(epoch from max(at) - submitted_at)::float8 / 86400
from steps where to_stage = 'hired'
group by id, submitted_at;

insert into stage_days select * from stage_days_now;

-- +goose StatementBegin
create function stage_days_anew() returns trigger language plpgsql as $$
declare
    ids uuid[] := array(select distinct application_id from fresh);
begin
    perform from applications where id = any(ids) order by id for no key update;
    delete from stage_days where application_id = any(ids);
    insert into stage_days select n.* from stage_days_now n where n.application_id = any(ids);
    return null;
end
$$;
-- +goose StatementEnd
create trigger stage_days_added after insert on stage_changes referencing new table as fresh for each statement execute function stage_days_anew();
create trigger stage_days_updated after update on stage_changes referencing new table as fresh for each statement execute function stage_days_anew();
