-- +goose Up

create table candidates (
    id         uuid primary key,
    email      text not null,
    email_key  text not null unique,
    name       text not null,
    phone      text not null default '',
    language   text not null default '',
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create table applications (
    id               uuid primary key,
    candidate_id     uuid not null references candidates on delete cascade,
    job_id           uuid not null references jobs,
    stage            text not null check (stage in ('new', 'screening', 'interview', 'offer', 'hired', 'rejected', 'withdrawn')),
    reached          text not null default 'new', -- the furthest stage it came to
    skills_seen      boolean not null default false, -- HR: has every required skill
    message          text not null default '',
    heard_from       text not null default '',
    link_id          uuid references links on delete set null,
    click_id         uuid, -- the landing page's event, where its token came along
    clip_id          uuid, -- the clip that page showed
    consent_pool     boolean not null default false,
    consent_until    date,
    cv_key           text not null default '',
    cv_name          text not null default '',
    cv_type          text not null default '',
    cv_size          bigint not null default 0,
    submitted_at     timestamptz not null,
    updated_at       timestamptz not null,
    unique (candidate_id, job_id)
);
create index applications_job on applications (job_id, stage, submitted_at desc);
create index applications_link on applications (link_id);
create index applications_submitted on applications (submitted_at desc, id desc);

create table stage_changes (
    id             uuid primary key,
    application_id uuid not null references applications on delete cascade,
    from_stage     text not null,
    to_stage       text not null,
    note           text not null default '',
    user_id        uuid references users on delete set null,
    at             timestamptz not null
);
create index stage_changes_application on stage_changes (application_id, at);

-- Credit ledger: rows are added, never changed; a later row of the same application supersedes by its round.
create table credits (
    id             uuid primary key,
    application_id uuid not null references applications on delete cascade,
    round          integer not null default 1,
    user_id        uuid not null references users,
    link_id        uuid references links on delete set null,
    weight         double precision not null check (weight > 0 and weight <= 1),
    policy         text not null,
    reason         text not null,             -- key of the sentence
    reason_args    jsonb not null default '{}',
    at             timestamptz not null
);
create index credits_application on credits (application_id, round);
create index credits_user on credits (user_id);
