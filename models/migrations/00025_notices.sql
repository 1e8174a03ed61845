-- +goose Up

-- That something happened which somebody may want to know. No text: what a notice says is put together when it is read, with the
-- rights of that moment. One per person, kind and thing: told twice is told once.
create table notices (
    id       uuid primary key,
    user_id  uuid not null references users on delete cascade,
    kind     text not null,
    about    uuid not null,              -- the row of that kind
    actor_id uuid references users on delete set null,
    group_id uuid,
    job_id   uuid references jobs on delete cascade,
    at       timestamptz not null,
    read_at  timestamptz,
    way      text not null check (way in ('house', 'now', 'daily', 'weekly')),
    due_at   timestamptz,                -- when it is to be mailed; null: not, or it belongs to a mail already
    mail_id  uuid,                       -- the mail that tells of it
    unique (user_id, kind, about)
);
create index notices_newest on notices (user_id, at desc, id desc);
create index notices_unread on notices (user_id) where read_at is null;
create index notices_at on notices using brin (at);
create index notices_due on notices (due_at) where due_at is not null;
create index notices_mail on notices (mail_id) where mail_id is not null;
create index notices_job on notices (job_id) where job_id is not null;
create index notices_about on notices (about, kind);

-- A mail to somebody of the house that tells of notices, or of what is worth sharing. A slot (a person's day or week) has one mail.
create table notice_mails (
    id         uuid primary key,
    user_id    uuid not null references users on delete cascade,
    kind       text not null check (kind in ('now', 'daily', 'weekly', 'sharing')),
    slot       text not null,
    state      text not null default 'queued' check (state in ('queued', 'sent', 'refused', 'empty')),
    created_at timestamptz not null,
    queued_at  timestamptz not null,
    sent_at    timestamptz,
    unique (user_id, kind, slot)
);
create index notice_mails_queued on notice_mails (user_id, kind) where state = 'queued';
create index notice_mails_old on notice_mails (created_at);
alter table notices add constraint notices_mail_fk foreign key (mail_id) references notice_mails on delete set null;

-- How somebody wants to be reached; who has no row wants it as the house has it.
create table notice_settings (
    user_id     uuid primary key references users on delete cascade,
    time_zone   text not null default '',    -- IANA; empty: the house's
    quiet_from  smallint check (quiet_from between 0 and 1439), -- minutes of the day
    quiet_to    smallint check (quiet_to between 0 and 1439),
    digest_hour smallint not null default 8 check (digest_hour between 0 and 23),
    digest_day  smallint not null default 1 check (digest_day between 0 and 6), -- 0: Sunday
    sharing     boolean not null default true,
    updated_at  timestamptz not null,
    check ((quiet_from is null) = (quiet_to is null))
);
create table notice_ways (
    user_id uuid not null references users on delete cascade,
    kind    text not null,
    way     text not null check (way in ('house', 'now', 'daily', 'weekly', 'off')),
    primary key (user_id, kind)
);

-- A notice concerns who gets it.
-- +goose StatementBegin
create function live_notice() returns trigger language plpgsql as $$
begin
    insert into live_changes (kind, users) select 'notice', array_agg(distinct user_id) from told having count(*) > 0;
    return null;
end
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create function live_notice_read() returns trigger language plpgsql as $$
begin
    insert into live_changes (kind, users)
    select 'notice', array_agg(distinct t.user_id) from told t join before b using (id) where t.read_at is distinct from b.read_at having count(*) > 0;
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_notice_gone after delete on notices referencing old table as told for each statement execute function live_notice();
create trigger live_notice after insert on notices referencing new table as told for each statement execute function live_notice();
create trigger live_notice_read after update on notices referencing new table as told old table as before
    for each statement execute function live_notice_read();

-- Where a channel of Slack, Microsoft Teams or Mattermost is told of what happens in the house, or in a group. The address is a secret: whoever
-- has it can write there.
create table webhooks (
    id          uuid primary key,
    group_id    uuid,                      -- null: of the house
    kind        text not null check (kind in ('slack', 'teams', 'mattermost')),
    name        text not null,
    address     text not null,
    events      jsonb not null default '[]',
    failures    integer not null default 0, -- one after the other
    last_reason text not null default '',  -- of the last failure; empty after a success
    last_status integer not null default 0,
    tried_at    timestamptz,
    told_at     timestamptz,               -- the last success
    disabled_at timestamptz,
    created_by  uuid references users on delete set null,
    created_at  timestamptz not null,
    updated_at  timestamptz not null
);
create index webhooks_group on webhooks (group_id);

-- What a channel is told, once each. What it says is put together when it goes.
create table webhook_tellings (
    id         uuid primary key,
    webhook_id uuid not null references webhooks on delete cascade,
    kind       text not null,
    about      uuid not null,
    state      text not null default 'queued' check (state in ('queued', 'sent', 'failed', 'empty')),
    tries      integer not null default 0,
    created_at timestamptz not null,
    sent_at    timestamptz,
    unique (webhook_id, kind, about)
);
create index webhook_tellings_old on webhook_tellings (created_at);
