-- +goose Up

-- Notes about an application, some to a step of it: whose they are, and that they were changed or taken away.
create table notes (
    id             uuid primary key,
    application_id uuid not null references applications on delete cascade,
    change_id      uuid references stage_changes on delete set null, -- the step that it was written with
    user_id        uuid references users on delete set null,
    text           text not null,
    at             timestamptz not null,
    edited_at      timestamptz,
    deleted_at     timestamptz check (deleted_at is null or text = '')
);
create index notes_application on notes (application_id, at);

-- Until now a note was a part of a step, and one alone was a step to where the application was already.
insert into notes (id, application_id, change_id, user_id, text, at)
select gen_random_uuid(), application_id, case when from_stage <> to_stage then id end, user_id, note, at from stage_changes where note <> '';
delete from stage_changes where from_stage = to_stage;
alter table stage_changes drop column note;

-- Colleagues named in a note, who may see its application; they are told once, and until they have seen it.
create table mentions (
    note_id   uuid not null references notes on delete cascade,
    user_id   uuid not null references users on delete cascade,
    at        timestamptz not null,
    mailed_at timestamptz,
    seen_at   timestamptz,
    primary key (note_id, user_id)
);
create index mentions_unseen on mentions (user_id, at desc) where seen_at is null;

-- What people saw of each skill: rows are added, the newest of an application and a skill holds.
create table skill_marks (
    id             uuid primary key,
    application_id uuid not null references applications on delete cascade,
    skill_id       uuid not null references skills,
    mark           text not null check (mark in ('seen', 'not_seen', 'open')),
    user_id        uuid references users on delete set null,
    at             timestamptz not null
);
create index skill_marks_application on skill_marks (application_id, skill_id, at desc, id desc);

create view standing_skill_marks as
select distinct on (application_id, skill_id) * from skill_marks order by application_id, skill_id, at desc, id desc;

-- Until now all required skills were marked at once.
insert into skill_marks (id, application_id, skill_id, mark, user_id, at)
select gen_random_uuid(), a.id, s.skill_id, 'seen', null, a.updated_at
from applications a join job_skills s on s.job_id = a.job_id and s.need = 'required'
where a.skills_seen and a.candidate_id is not null;

-- That a candidate's file was changed, for the history; the file itself goes with the change.
create table cv_changes (
    id             uuid primary key,
    application_id uuid not null references applications on delete cascade,
    kind           text not null check (kind in ('added', 'replaced', 'removed')),
    at             timestamptz not null
);
create index cv_changes_application on cv_changes (application_id, at);

-- A change of several applications at once. Its id comes with the page that asks: sent twice, it is done once.
create table bulk_changes (
    id        uuid primary key,
    job_id    uuid not null references jobs,
    user_id   uuid references users on delete set null,
    to_stage  text,                       -- null where a skill is marked
    skill_id  uuid references skills,
    mark      text,
    mails_at  timestamptz,                -- when the letters about it go; null without any
    at        timestamptz not null,
    undone_at timestamptz
);
create table bulk_items (
    bulk_id        uuid not null references bulk_changes on delete cascade,
    application_id uuid not null references applications on delete cascade,
    change_id      uuid references stage_changes on delete set null, -- the step made, or the one that came first
    mark_id        uuid references skill_marks on delete set null,
    state          text not null check (state in ('done', 'first', 'same', 'undone', 'stays')),
    primary key (bulk_id, application_id)
);
