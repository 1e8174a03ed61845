-- +goose Up

create table skills (
    id         uuid primary key,
    name       text not null,
    name_key   text not null unique,
    created_at timestamptz not null
);

create table jobs (
    id              uuid primary key,
    slug            text not null unique,
    title           text not null,
    description     text not null default '',
    location        text not null default '',
    country         text not null default '',
    employment_type text not null default '',
    remote          boolean not null default false,
    pay_min         double precision,
    pay_max         double precision,
    pay_currency    text not null default '',
    pay_period      text not null default '',
    deadline        date,
    apply_url       text not null default '',
    status          text not null check (status in ('draft', 'published', 'closed', 'filled')),
    leader_id       uuid references users on delete set null,
    created_by      uuid references users on delete set null,
    published_at    timestamptz,
    closed_at       timestamptz,
    created_at      timestamptz not null,
    updated_at      timestamptz not null
);
create index jobs_status on jobs (status, published_at desc);

create table job_skills (
    job_id   uuid not null references jobs on delete cascade,
    skill_id uuid not null references skills,
    need     text not null check (need in ('required', 'nice')),
    position integer not null,
    primary key (job_id, skill_id)
);
create index job_skills_skill on job_skills (skill_id);

create table clips (
    id                  uuid primary key,
    job_id              uuid not null references jobs on delete cascade,
    title               text not null,
    language            text not null,
    status              text not null check (status in ('uploading', 'processing', 'ready', 'published', 'failed', 'rejected')),
    progress            real not null default 0,
    error_code          text not null default '',
    error_detail        text not null default '', -- for administrators only
    filename            text not null,
    size                bigint not null,
    upload_key          text not null,            -- the original, private
    upload_id           text not null default '', -- empty once completed
    part_size           bigint not null,
    version             integer not null default 0, -- which made files are shown; 0 = none yet
    duration            double precision not null default 0,
    width               integer not null default 0,
    height              integer not null default 0,
    no_speech           boolean not null default false,
    nobody_recognisable boolean not null default false,
    attempts            integer not null default 0,
    heartbeat_at        timestamptz,              -- lease of the worker that is making it
    position            integer not null default 0,
    created_by          uuid references users on delete set null,
    uploaded_at         timestamptz,
    processed_at        timestamptz,
    published_at        timestamptz,
    created_at          timestamptz not null,
    updated_at          timestamptz not null
);
create index clips_job on clips (job_id, position, created_at);
create index clips_open on clips (status) where status in ('uploading', 'processing');

-- What was made of a clip: one row a file, addressed by clip, version and name.
create table clip_files (
    clip_id      uuid not null references clips on delete cascade,
    version      integer not null,
    name         text not null, -- video, small, poster, social
    key          text not null,
    content_type text not null,
    size         bigint not null,
    primary key (clip_id, version, name)
);

create table captions (
    clip_id    uuid not null references clips on delete cascade,
    language   text not null,
    vtt        text not null,
    updated_by uuid references users on delete set null,
    updated_at timestamptz not null,
    primary key (clip_id, language)
);

create table links (
    id          uuid primary key,
    code        text not null unique,
    user_id     uuid not null references users,
    job_id      uuid not null references jobs,
    channel     text not null,
    disabled_at timestamptz,
    created_at  timestamptz not null,
    unique (user_id, job_id, channel)
);
create index links_job on links (job_id);
