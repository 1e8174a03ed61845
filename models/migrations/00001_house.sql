-- +goose Up

-- The organisation: one row, one house.
create table organisation (
    one             boolean primary key default true check (one),
    name            text not null,
    logo_key        text not null default '',
    accent          text not null default '',
    language        text not null default 'nb' check (language in ('nb', 'en')),
    privacy_contact text not null default '',
    updated_at      timestamptz not null
);

-- Keys that every instance shares; values never leave the server.
create table secrets (
    name       text primary key,
    value      bytea not null,
    created_at timestamptz not null
);

create table teams (
    id         uuid primary key,
    name       text not null,
    name_key   text not null unique,
    leader_id  uuid,
    created_at timestamptz not null
);

create table users (
    id             uuid primary key,
    email          text not null,
    email_key      text not null unique,
    name           text not null,
    role           text not null check (role in ('admin', 'hr', 'leader', 'employee')),
    team_id        uuid references teams on delete set null,
    password_hash  text not null default '',
    language       text not null default '' check (language in ('', 'nb', 'en')),
    theme          text not null default '' check (theme in ('', 'light', 'dark')),
    show_name      boolean not null default false,
    session_epoch  integer not null default 0,
    invited_at     timestamptz,
    joined_at      timestamptz,
    deactivated_at timestamptz,
    created_at     timestamptz not null,
    updated_at     timestamptz not null
);
alter table teams add constraint teams_leader_fk foreign key (leader_id) references users on delete set null;
create index users_team on users (team_id);

-- Invitations and password resets: only the hash of what was mailed.
create table user_tokens (
    hash       bytea primary key,
    user_id    uuid not null references users on delete cascade,
    purpose    text not null check (purpose in ('invite', 'reset')),
    expires_at timestamptz not null,
    used_at    timestamptz,
    created_at timestamptz not null
);
create index user_tokens_user on user_tokens (user_id, purpose);

create table api_tokens (
    id           uuid primary key,
    user_id      uuid not null references users on delete cascade,
    name         text not null,
    hash         bytea not null unique,
    hint         text not null,
    created_at   timestamptz not null,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
create index api_tokens_user on api_tokens (user_id);

-- Failed log-ins, kept for the slow-down only; key is a keyed hash of address or network.
create table login_failures (
    key bytea not null,
    at  timestamptz not null
);
create index login_failures_key on login_failures (key, at);

create table sessions (
    token  text primary key,
    data   bytea not null,
    expiry timestamptz not null
);
create index sessions_expiry on sessions (expiry);
