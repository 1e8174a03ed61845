-- +goose Up

-- Two clips of a job of which every visit is shown one. One comparison of a job runs at a time; past ones stay.
-- No foreign keys to the clips: what was compared is told after a clip is gone.
create table comparisons (
    id           uuid primary key,
    job_id       uuid not null references jobs on delete cascade,
    first_id     uuid not null,
    second_id    uuid not null check (second_id <> first_id),
    first_title  text not null, -- as they were called then
    second_title text not null,
    ends_at      timestamptz,   -- as planned; null: until somebody ends it
    started_by   uuid references users on delete set null,
    started_at   timestamptz not null,
    ended_by     uuid references users on delete set null,
    ended_at     timestamptz,
    outcome      text not null default '' check (outcome in ('', 'stopped', 'chosen', 'over', 'withdrawn')),
    chosen_id    uuid,          -- the clip that was made the main one
    check ((ended_at is null) = (outcome = ''))
);
create unique index comparisons_running on comparisons (job_id) where ended_at is null;
create index comparisons_job on comparisons (job_id, started_at);
create trigger tell_change after insert or update or delete on comparisons for each row execute function tell_change('job', 'job_id');

-- What the two led to, people only: a rollup kept with the events, as counts is. A visitor counts for the clip they were shown first
-- that day by a link. An application belongs to the visit that its form came from.
create table compared (
    comparison_id uuid not null,
    clip_id       uuid not null,
    day           date not null,
    visitors      bigint not null default 0,
    plays         bigint not null default 0,
    q75           bigint not null default 0,
    applications  bigint not null default 0,
    primary key (comparison_id, clip_id, day)
);

-- The click that a visitor was counted at, which tells whether that was within a comparison.
alter table day_visitors add column at timestamptz;

-- Whichever way a clip goes out of sight, its comparison ends with it.
-- +goose StatementBegin
create function end_comparison() returns trigger language plpgsql as $$
declare
    moment timestamptz := now();
begin
    if tg_op = 'UPDATE' then
        moment := new.updated_at;
    end if;
    update comparisons
    set ended_at = least(ends_at, greatest(moment, started_at)), outcome = case when ends_at <= moment then 'over' else 'withdrawn' end
    where job_id = old.job_id and ended_at is null and old.id in (first_id, second_id);
    return null;
end
$$;
-- +goose StatementEnd
create trigger end_comparison after update of status on clips for each row
    when (old.status = 'published' and new.status <> 'published') execute function end_comparison();
create trigger end_comparison_gone after delete on clips for each row when (old.status = 'published') execute function end_comparison();
