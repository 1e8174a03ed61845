-- +goose Up

-- What the house promises candidates: days until they hear, by stage (0: no promise), and how long what is kept of them.
alter table organisation
    add column promise_new       integer not null default 7  check (promise_new between 0 and 365),
    add column promise_screening integer not null default 14 check (promise_screening between 0 and 365),
    add column promise_interview integer not null default 7  check (promise_interview between 0 and 365),
    add column promise_offer     integer not null default 7  check (promise_offer between 0 and 365),
    add column keep_rejected     integer not null default 6  check (keep_rejected between 1 and 36),  -- months from the outcome
    add column keep_withdrawn    integer not null default 6  check (keep_withdrawn between 1 and 36),
    add column keep_hired        integer not null default 12 check (keep_hired between 1 and 60),
    add column keep_open         integer not null default 12 check (keep_open between 1 and 36),      -- never decided
    add column pool_months       integer not null default 12 check (pool_months between 1 and 24),
    add column ownership_months  integer not null default 12 check (ownership_months between 0 and 36);

-- Being asked about later jobs is the person's own matter, whatever they applied for.
alter table candidates
    add column pool_until    date,        -- agreed until then; null: no
    add column pool_asked_at timestamptz; -- when they were asked to renew it
update candidates c set pool_until = a.until
from (select candidate_id, max(consent_until) as until from applications where consent_pool group by 1) a
where a.candidate_id = c.id;

-- An erased application stays as a count: of which job, by which link, how far it came. It has no person and no words.
alter table applications
    drop column consent_pool,
    drop column consent_until,
    alter column candidate_id drop not null,
    add column stage_since timestamptz not null default now(),
    add column colleague_learns text not null default 'received' check (colleague_learns in ('received', 'progress', 'name')),
    add column erased_at timestamptz,
    add constraint erased_is_wordless check (candidate_id is not null or
        message = '' and heard_from = '' and cv_key = '' and cv_name = '' and click_id is null and erased_at is not null);
update applications a set stage_since =
    coalesce((select max(at) from stage_changes s where s.application_id = a.id and s.from_stage <> s.to_stage), a.submitted_at);
create index applications_candidate on applications (candidate_id);
create index applications_waiting on applications (stage, stage_since) where stage in ('new', 'screening', 'interview', 'offer');

alter table stage_changes add column by_candidate boolean not null default false;

-- Links to a candidate's own page: only the hash of what was mailed.
create table candidate_tokens (
    hash         bytea primary key,
    candidate_id uuid not null references candidates on delete cascade,
    expires_at   timestamptz not null,
    created_at   timestamptz not null
);
create index candidate_tokens_candidate on candidate_tokens (candidate_id);

-- Mails to candidates: what about, and what became of them. What they say is put together when they are sent.
create table letters (
    id             uuid primary key,
    candidate_id   uuid not null references candidates on delete cascade,
    application_id uuid references applications on delete cascade, -- null where it is about the person
    kind           text not null,
    words          text not null default '',                       -- a personal line
    state          text not null default 'queued' check (state in ('queued', 'sent', 'refused', 'failed')),
    tries          integer not null default 0,
    code           integer not null default 0,                     -- the mail server's answer
    detail         text not null default '',                       -- in its words, without the address
    user_id        uuid references users on delete set null,       -- who had it sent; null for Kollega itself
    created_at     timestamptz not null,
    sent_at        timestamptz
);
create index letters_application on letters (application_id, created_at);
create index letters_candidate on letters (candidate_id, created_at);

-- The house's own words for them, where it has written any.
create table letter_texts (
    kind       text not null,
    language   text not null check (language in ('nb', 'en')),
    subject    text not null,
    body       text not null,
    user_id    uuid references users on delete set null,
    updated_at timestamptz not null,
    primary key (kind, language)
);

-- "Continue on my computer": an address for as long as its one mail is on its way.
create table reminders (
    id         uuid primary key,
    email      text not null,
    language   text not null,
    job_id     uuid not null references jobs on delete cascade,
    link_id    uuid references links on delete cascade,
    created_at timestamptz not null
);

-- That somebody was erased, not who. The keyed mark of the address finds what may still lie on a machine's disk; it goes after a month.
create table erasures (
    id           uuid primary key,
    at           timestamptz not null,
    cause        text not null check (cause in ('candidate', 'hr', 'retention')),
    reason       text not null default '', -- a code
    user_id      uuid references users on delete set null,
    applications integer not null,
    files        integer not null,
    letters      integer not null,
    mark         bytea
);

-- The same candidate applied again within the ownership period.
alter table touches drop constraint touches_kind_check;
alter table touches add constraint touches_kind_check check (kind in ('heard', 'before', 'owner', 'visitor', 'link'));

-- Of an erased application the ledger keeps who was credited and why, without anybody's free words.
-- +goose StatementBegin
create or replace function keep_credits() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and not exists (select from applications where id = old.application_id) then
        return old;
    end if;
    if tg_op = 'UPDATE' and new.link_id is null and to_jsonb(new) - 'link_id' = to_jsonb(old) - 'link_id'
        and not exists (select from links where id = old.link_id) then
        return new;
    end if;
    if tg_op = 'UPDATE' and new.note = '' and new.event_id is null and to_jsonb(new) - 'note' - 'event_id' = to_jsonb(old) - 'note' - 'event_id'
        and exists (select from applications where id = old.application_id and candidate_id is null) then
        return new;
    end if;
    raise exception 'the credit ledger is append-only' using errcode = 'restrict_violation';
end
$$;
-- +goose StatementEnd
