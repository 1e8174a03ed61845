-- +goose Up

-- Who saw, changed, exported and erased what. Nothing of a candidate stands here but ids: those of applications, which lead nowhere
-- once the person is erased. There are no foreign keys: an entry outlives what it is about, and keeps the name of who did it.
create table audit (
    id         uuid primary key,
    at         timestamptz not null,
    actor      text not null check (actor in ('person', 'token', 'candidate', 'system')),
    user_id    uuid,                      -- of a person, or of whom a token acts as
    name       text not null default '',  -- theirs, as it was
    verb       text not null,
    kind       text not null,
    subject_id uuid,                      -- null where it is about many, or the house
    details    jsonb not null default '{}', -- codes, numbers and ids
    check ((user_id is not null) = (actor in ('person', 'token')))
);
create index audit_at on audit (at desc, id desc);
create index audit_subject on audit (subject_id, at desc) where subject_id is not null;
create index audit_user on audit (user_id, at desc) where user_id is not null;

-- How many whole months entries are kept.
alter table organisation add column audit_months integer not null default 24 check (audit_months between 6 and 120);

-- Entries are added, never changed, and go only when they have had their time, months at once.
-- +goose StatementBegin
create function audit_ends() returns timestamptz language sql stable as $$
    select (date_trunc('month', now() at time zone 'UTC') - make_interval(months => coalesce((select audit_months from organisation), 24))) at time zone 'UTC'
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create function keep_audit() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only' using errcode = 'restrict_violation';
end
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create function keep_young_audit() returns trigger language plpgsql as $$
begin
    if exists (select from gone where at >= audit_ends()) then
        raise exception 'the audit log is append-only' using errcode = 'restrict_violation';
    end if;
    return null;
end
$$;
-- +goose StatementEnd
create trigger keep_audit before update or truncate on audit for each statement execute function keep_audit();
create trigger keep_young_audit after delete on audit referencing old table as gone for each statement execute function keep_young_audit();

-- What colleagues are promised when somebody they recommended is hired. Rows are added, never changed: the newest holds for
-- applications that come in from then on, and one without a kind ends the promise.
create table reward_plans (
    id       uuid primary key,
    job_id   uuid not null references jobs on delete cascade,
    kind     text not null check (kind in ('', 'money', 'gift', 'day_off', 'other')),
    words    text not null default '',                      -- what it is
    amount   bigint not null default 0 check (amount >= 0), -- of money: hundredths of the currency, for a whole hire
    currency text not null default '',
    months   integer not null default 0 check (months between 0 and 24), -- of employment; 0: on hire
    user_id  uuid references users on delete set null,
    at       timestamptz not null,
    check ((kind = 'money') = (amount > 0) and (kind = 'money') = (currency <> ''))
);
create index reward_plans_job on reward_plans (job_id, at desc);

-- What a colleague is due for a hire: one for each whom the credit that holds names. It stays when the candidate is erased.
create table rewards (
    id             uuid primary key,
    application_id uuid not null references applications on delete cascade,
    user_id        uuid not null references users,
    plan_id        uuid not null references reward_plans,
    weight         double precision not null check (weight > 0 and weight <= 1), -- the share of the plan
    amount         bigint not null,                                              -- of money: hundredths, for this share
    state          text not null check (state in ('pending', 'eligible', 'paid', 'forfeited')),
    cause          text not null,                                                -- of that state, a code
    hired_on       date not null,
    due_on         date not null,
    paid_on        date,
    told           boolean not null default false, -- the candidate let the colleague know before being erased
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    unique (application_id, user_id),
    check ((paid_on is not null) = (state = 'paid'))
);
create index rewards_state on rewards (state, due_on);
create index rewards_user on rewards (user_id, created_at desc);

-- How it came to its state, in order; without a user, Kollega by itself.
create table reward_steps (
    id        uuid primary key,
    reward_id uuid not null references rewards on delete cascade,
    state     text not null,
    cause     text not null,
    words     text not null default '',
    user_id   uuid references users on delete set null,
    at        timestamptz not null
);
create index reward_steps_reward on reward_steps (reward_id, at);
