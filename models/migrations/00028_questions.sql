-- +goose Up

-- What a leader or HR asks colleagues: who knows somebody for a skill that is missing, or for a job that may not be written yet.
create table questions (
    id         uuid primary key,
    user_id    uuid not null references users,
    title      text not null, -- whom or what is missing
    words      text not null default '',
    skill_id   uuid references skills on delete set null,
    job_id     uuid references jobs on delete set null, -- what it is about, or what HR wrote from it
    made       boolean not null default false,          -- the job was written from the question
    everybody  boolean not null,                        -- put to all; otherwise to its places
    closed_at  timestamptz,
    told_at    timestamptz, -- when those who were asked and had not helped were told of the job
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index questions_open on questions (created_at desc) where closed_at is null;
create index questions_user on questions (user_id);
create index questions_job on questions (job_id);

-- Whom it is put to.
create table question_places (
    question_id uuid not null references questions on delete cascade,
    team_id     uuid references teams on delete cascade,
    group_id    uuid,
    check (num_nonnulls(team_id, group_id) = 1),
    unique nulls not distinct (question_id, team_id, group_id)
);

-- What colleagues answer, but for a better wording, which has a table of its own.
create table answers (
    id            uuid primary key,
    question_id   uuid not null references questions on delete cascade,
    user_id       uuid not null references users,
    kind          text not null check (kind in ('me', 'friend', 'colleague')),
    words         text not null default '',
    named_id      uuid references users,                     -- the colleague to ask
    link_id       uuid references links on delete set null,  -- given to somebody they know
    invited_until timestamptz,                               -- until when at the latest anything is stored of a friend who has not said yes
    joined        boolean not null default false,            -- the friend lets the colleague know that they said yes
    created_at    timestamptz not null,
    withdrawn_at  timestamptz,
    check ((kind = 'colleague') = (named_id is not null))
);
create index answers_question on answers (question_id, created_at);
create index answers_user on answers (user_id);
create index answers_named on answers (named_id) where named_id is not null;

-- Who may read that somebody is interested themselves: nobody else may, HR neither.
create table answer_readers (
    answer_id uuid not null references answers on delete cascade,
    user_id   uuid not null references users,
    primary key (answer_id, user_id)
);
create index answer_readers_user on answer_readers (user_id);

-- Somebody whom a colleague had invited. The row is all that is stored of them: it goes with a no, or when the time is over.
create table friends (
    id          uuid primary key,
    answer_id   uuid not null unique references answers on delete cascade,
    name        text not null,
    email       text not null,
    language    text not null,
    token       bytea unique, -- hash of the mailed link's secret
    until       timestamptz not null,
    accepted_at timestamptz,
    words       text not null default '', -- to whoever asks
    created_at  timestamptz not null
);
create index friends_until on friends (until);

-- What addresses that were forgotten are found again by in mails on a machine's disk.
create table friend_marks (
    mark bytea not null,
    at   timestamptz not null
);

-- A better wording of a job's or a question's text. Those that were accepted are its history.
create table wordings (
    id          uuid primary key,
    user_id     uuid not null references users,
    job_id      uuid references jobs on delete cascade,
    question_id uuid references questions on delete cascade,
    field       text not null check (field in ('title', 'description', 'words')),
    before      text not null, -- as it stood
    after       text not null,
    why         text not null default '',
    state       text not null check (state in ('waiting', 'accepted', 'declined')),
    reason      text not null default '', -- why not
    decided_by  uuid references users,
    decided_at  timestamptz,
    created_at  timestamptz not null,
    check (num_nonnulls(job_id, question_id) = 1)
);
create index wordings_job on wordings (job_id, created_at desc) where job_id is not null;
create index wordings_question on wordings (question_id, created_at desc) where question_id is not null;
create index wordings_user on wordings (user_id);

-- How many hours those who helped may share a job first that was written from a question.
alter table organisation add column first_hours integer not null default 6 check (first_hours between 0 and 168);

-- What a colleague would like there to be: a clip, or a job.
create table suggestions (
    id         uuid primary key,
    user_id    uuid not null references users,
    kind       text not null check (kind in ('clip', 'job')),
    title      text not null,
    words      text not null default '',
    state      text not null check (state in ('open', 'taken', 'declined')),
    reason     text not null default '', -- why not; of one that was taken up, what comes of it
    decided_by uuid references users,
    decided_at timestamptz,
    created_at timestamptz not null,
    check (state <> 'declined' or reason <> '')
);
create index suggestions_newest on suggestions (created_at desc);
create index suggestions_user on suggestions (user_id);

-- Whoever stands behind a suggestion, or a suggested wording.
create table supports (
    user_id       uuid not null references users,
    suggestion_id uuid references suggestions on delete cascade,
    wording_id    uuid references wordings on delete cascade,
    at            timestamptz not null,
    check (num_nonnulls(suggestion_id, wording_id) = 1),
    unique nulls not distinct (suggestion_id, wording_id, user_id)
);
create index supports_wording on supports (wording_id) where wording_id is not null;

-- What colleagues say about a clip, a suggestion or a suggested wording, inside the house.
create table remarks (
    id            uuid primary key,
    user_id       uuid not null references users,
    clip_id       uuid references clips on delete cascade,
    suggestion_id uuid references suggestions on delete cascade,
    wording_id    uuid references wordings on delete cascade,
    text          text not null, -- empty where it was taken away
    at            timestamptz not null,
    edited_at     timestamptz,
    removed_at    timestamptz,
    removed_by    uuid references users, -- the author, or HR
    check (num_nonnulls(clip_id, suggestion_id, wording_id) = 1),
    check ((removed_at is null) or text = '')
);
create index remarks_clip on remarks (clip_id, at) where clip_id is not null;
create index remarks_suggestion on remarks (suggestion_id, at) where suggestion_id is not null;
create index remarks_wording on remarks (wording_id, at) where wording_id is not null;
create index remarks_user on remarks (user_id);

-- What is owed for an interest that only some may read: nobody else may know of it.
alter table owed add column private boolean not null default false;
-- +goose StatementBegin
create or replace function live_owed() returns trigger language plpgsql as $$
declare
    r owed := coalesce(new, old);
begin
    insert into live_changes (kind, about, users)
    select case when r.private then 'owed_private' else 'owed' end, r.id, array_remove(array[r.user_id, r.asked_id] || case when not r.private then array[r.holder_id, r.climbed_from, r.answered_by,
        (select leader_id from jobs where id = r.job_id), (select t.leader_id from users u join teams t on t.id = u.team_id where u.id = r.user_id)] end, null);
    return null;
end
$$;
-- +goose StatementEnd
