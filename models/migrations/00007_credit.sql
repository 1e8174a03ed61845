-- +goose Up

-- What a new application's credit goes by; the newest row holds, the others tell what held before.
create table credit_policies (
    id          uuid primary key,
    policy      text not null,
    window_days integer not null check (window_days between 1 and 365),
    user_id     uuid references users on delete set null,
    at          timestamptz not null
);

-- An application keeps the policy it came in under: a later change does not reach it.
alter table applications
    add column credit_policy text not null default 'last_link/1',
    add column credit_window integer not null default 30;

-- Evidence of who led somebody to apply. It outlives the raw events that it was gathered from.
create table touches (
    id             uuid primary key,
    application_id uuid not null references applications on delete cascade,
    kind           text not null check (kind in ('heard', 'before', 'visitor', 'link')),
    user_id        uuid not null references users,
    link_id        uuid references links on delete set null,
    channel        text not null default '',
    event_id       uuid,                           -- the click
    at             timestamptz,                    -- null where nobody knows
    class          text not null,                  -- of the click, by the rules of today
    pinned         boolean not null default false, -- the form itself gave the class away
    by_id          uuid references users,          -- who matched the candidate's answer
    unique nulls not distinct (application_id, kind, user_id, link_id, event_id)
);

-- The ledger. A round names everybody with a touch, and everybody whom the round before named: a weight of 0 says why somebody
-- is not credited, and a round that takes all credit away is a round all the same.
alter table credits drop constraint credits_weight_check;
alter table credits
    add constraint credits_weight_check check (weight >= 0 and weight <= 1),
    add column cause      text not null default 'applied', -- applied arrived heard recount policy override appeal
    add column event_id   uuid,                            -- the click that the reason speaks of
    add column touched_at timestamptz,
    add column by_id      uuid references users,           -- who decided
    add column note       text not null default '';        -- their words
drop index credits_application;
create unique index credits_round on credits (application_id, round, user_id);

-- Who is credited now.
create view standing_credits as
    select c.* from credits c
    where c.weight > 0 and c.round = (select max(newest.round) from credits newest where newest.application_id = c.application_id);

-- Rows are added, never changed. They go only with their application; a link that is deleted takes its mention along.
-- +goose StatementBegin
create function keep_credits() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and not exists (select from applications where id = old.application_id) then
        return old;
    end if;
    if tg_op = 'UPDATE' and new.link_id is null and to_jsonb(new) - 'link_id' = to_jsonb(old) - 'link_id'
        and not exists (select from links where id = old.link_id) then
        return new;
    end if;
    raise exception 'the credit ledger is append-only' using errcode = 'restrict_violation';
end
$$;
-- +goose StatementEnd
create trigger keep_credits before update or delete on credits for each row execute function keep_credits();
create trigger keep_credits_whole before truncate on credits for each statement execute function keep_credits();

-- A colleague's word against how they were credited: one for an application.
create table appeals (
    id             uuid primary key,
    application_id uuid not null references applications on delete cascade,
    user_id        uuid not null references users,
    text           text not null,
    at             timestamptz not null,
    outcome        text not null default '' check (outcome in ('', 'full', 'share', 'declined')),
    answer         text not null default '',
    decided_by     uuid references users,
    decided_at     timestamptz,
    unique (application_id, user_id)
);
create index appeals_open on appeals (at) where outcome = '';

-- How many months raw events are kept; the rollups stay.
alter table organisation add column event_months integer not null default 13 check (event_months between 1 and 120);

-- Applications that were there before: the link they came by is what is known of them.
insert into touches (id, application_id, kind, user_id, link_id, channel, event_id, at, class)
select gen_random_uuid(), a.id, 'link', l.user_id, l.id, l.channel, a.click_id, a.submitted_at,
       case when exists (select from credits c where c.application_id = a.id) then 'human' else 'suspect' end
from applications a join links l on l.id = a.link_id;
