-- +goose Up

alter table clips drop constraint clips_status_check;
alter table clips add constraint clips_status_check
    check (status in ('uploading', 'processing', 'ready', 'published', 'failed', 'rejected', 'withdrawn'));

-- How long somebody who is seen or heard in a clip is asked to agree for.
alter table organisation add column consent_months integer not null default 24 check (consent_months between 1 and 120);

-- Who is seen or heard in a clip, and what they said. Rows stay, with the history, when the clip is gone from every page.
create table clip_people (
    id             uuid primary key,
    clip_id        uuid not null references clips on delete cascade,
    user_id        uuid references users on delete set null, -- a colleague of the house
    name           text not null,
    email          text not null,             -- empty once nobody needs to write there any more
    email_key      text not null,
    language       text not null default '' check (language in ('', 'nb', 'en')),
    seen           boolean not null,
    heard          boolean not null,
    state          text not null check (state in ('waiting', 'asked', 'agreed', 'refused', 'withdrawn', 'ended')),
    months         integer not null,          -- what was asked for
    words          text not null default '',  -- that came with the answer
    added_by       uuid references users on delete set null,
    added_at       timestamptz not null,
    asked_at       timestamptz,               -- the newest request
    reminded_at    timestamptz,
    answered_at    timestamptz,
    expires_at     timestamptz,               -- of an agreement
    warned_at      timestamptz,               -- HR was told that it ends soon
    removed_at     timestamptz,
    removed_by     uuid references users on delete set null,
    removed_reason text not null default '',
    check (seen or heard)
);
create unique index clip_people_email on clip_people (clip_id, email_key) where removed_at is null and email_key <> '';
create index clip_people_user on clip_people (user_id) where removed_at is null;
create index clip_people_due on clip_people (state, asked_at, expires_at) where removed_at is null;

-- The secrets of mailed links: only their hashes.
create table consent_tokens (
    hash       bytea primary key,
    person_id  uuid not null references clip_people on delete cascade,
    expires_at timestamptz,                   -- of one that a colleague opened on their own page
    created_at timestamptz not null
);
create index consent_tokens_person on consent_tokens (person_id);

-- What happened with each person's consent, in order.
create table consent_log (
    id        uuid primary key,
    person_id uuid not null references clip_people on delete cascade,
    kind      text not null check (kind in ('listed', 'asked', 'reminded', 'address', 'agreed', 'refused', 'withdrawn', 'ended', 'removed')),
    by_id     uuid references users on delete set null, -- empty: the person, or the clock
    words     text not null default '',
    at        timestamptz not null
);
create index consent_log_person on consent_log (person_id, at);
