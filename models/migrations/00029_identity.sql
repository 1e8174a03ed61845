-- +goose Up

-- How people sign in with the house's own account.
create table identity_settings (
    one           boolean primary key default true check (one),
    passwords     boolean not null default true,      -- false: for administrators only, as the way back in
    create_people boolean not null default false,     -- whoever the provider knows may come in as an employee
    groups_claim  text not null default 'groups',
    claim_seen_at timestamptz,                        -- when a sign-in first carried it: before that, it proves nothing that it is not there
    updated_at    timestamptz not null
);

-- What a group of the provider's gives.
create table identity_groups (
    id         uuid primary key,
    name       text not null, -- its name or id, as the provider writes it
    name_key   text not null unique,
    role       text not null default '' check (role in ('', 'admin', 'hr', 'leader', 'employee')),
    team_id    uuid references teams on delete set null,
    created_at timestamptz not null
);

-- Who somebody is to the provider: the subject stays the same, all else may change.
create table user_identities (
    issuer     text not null,
    subject    text not null,
    user_id    uuid not null references users on delete cascade,
    groups     jsonb not null default '[]', -- names, at the last sign-in
    created_at timestamptz not null,
    used_at    timestamptz not null,
    primary key (issuer, subject),
    unique (user_id, issuer)
);

-- The house's directory acts by such a token (SCIM); only its hash is kept.
create table scim_tokens (
    id           uuid primary key,
    name         text not null,
    hash         bytea not null unique,
    hint         text not null,
    created_by   uuid references users on delete set null,
    created_at   timestamptz not null,
    last_used_at timestamptz,
    revoked_at   timestamptz
);

-- What the directory calls people, beside what Kollega knows of them.
create table scim_users (
    user_id       uuid primary key references users on delete cascade,
    user_name     text not null,
    user_name_key text not null unique,
    external_id   text not null default '',
    given_name    text not null default '',
    family_name   text not null default '',
    deleted_at    timestamptz,       -- the directory took the person away: to it, they are not there
    created_at    timestamptz not null,
    updated_at    timestamptz not null
);
create index scim_users_external on scim_users (external_id) where external_id <> '';

create table scim_groups (
    id          uuid primary key,
    name        text not null,
    name_key    text not null unique,
    external_id text not null default '',
    created_at  timestamptz not null,
    updated_at  timestamptz not null
);
create index scim_groups_external on scim_groups (external_id) where external_id <> '';

create table scim_members (
    group_id uuid not null references scim_groups on delete cascade,
    user_id  uuid not null references users on delete cascade,
    primary key (group_id, user_id)
);
create index scim_members_user on scim_members (user_id);
