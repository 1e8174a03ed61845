-- +goose Up

-- What candidates handed in, each by an id of its own: what is handed over again, because the answer was lost, changes nothing.
create table hand_ins (
    id             uuid primary key,
    application_id uuid references applications on delete set null,
    at             timestamptz not null, -- handed in
    with_cv        boolean not null
);
create index hand_ins_application on hand_ins (application_id, at);

-- When an application reached the database: later than it was handed in where that was away.
alter table applications add column taken_at timestamptz not null default now();
update applications set taken_at = submitted_at;

-- Applications that were handed in and confirmed while the database was away, and that no rule can take: people decide.
create table set_aside_applications (
    id           uuid primary key, -- of the hand-in
    job_id       uuid not null,    -- no reference: the job may be gone
    job_title    text not null,
    reason       text not null check (reason in ('job_gone', 'closed', 'refused')),
    name         text not null,
    email        text not null,
    email_key    text not null,
    cv_key       text not null default '',
    form         jsonb not null,
    handed_in_at timestamptz not null,
    set_aside_at timestamptz not null
);
create index set_aside_applications_email on set_aside_applications (email_key);
