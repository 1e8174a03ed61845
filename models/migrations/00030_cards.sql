-- +goose Up

-- Somebody without e-mail signs in with a card: both columns are empty, and many may be.
alter table users drop constraint users_email_key_key;
create unique index users_email_key on users (email_key) where email_key <> '';
create index users_email_lookup on users (email_key);
alter table users add constraint users_email_whole check ((email = '') = (email_key = ''));

-- Whether the person is in the ranking: only ever by their own choice.
alter table users add column joins_ranking boolean not null default false;

-- Whether the house has a ranking at all.
alter table organisation add column ranking boolean not null default false;

-- Cards that people sign in with. The code says who somebody is and is no secret; the PIN is, and only its hash is kept. One card
-- of a person stands; those before it stay for the history.
create table cards (
    id            uuid primary key,
    user_id       uuid not null references users on delete cascade,
    code          text not null unique,
    pin_hash      text not null,
    own_pin       boolean not null default false, -- chosen by the person; the printed one lets in to choose, and no further
    failures      integer not null default 0,     -- wrong PINs since the last right one
    batch         uuid not null,                  -- what was made and printed together
    made_by       uuid references users on delete set null,
    created_at    timestamptz not null,
    last_used_at  timestamptz,
    revoked_at    timestamptz
);
create unique index cards_standing on cards (user_id) where revoked_at is null;
create index cards_batch on cards (batch);

-- Screens in break rooms. Their address has a token, of which only the hash is kept.
create table kiosks (
    id           uuid primary key,
    name         text not null,
    token_hash   bytea not null unique,
    made_by      uuid references users on delete set null,
    created_at   timestamptz not null,
    last_seen_at timestamptz,
    revoked_at   timestamptz
);

-- What one colleague thanks another for. It stands on the wall when the one who is thanked agrees, and as long as they do.
create table thanks (
    id         uuid primary key,
    from_id    uuid not null references users on delete cascade,
    to_id      uuid not null references users on delete cascade,
    text       text not null,
    state      text not null check (state in ('waiting', 'shown', 'kept', 'removed')), -- kept: between the two; removed: by HR
    created_at timestamptz not null,
    decided_at timestamptz,
    check (from_id <> to_id)
);
create index thanks_to on thanks (to_id, created_at desc);
create index thanks_from on thanks (from_id, created_at desc);
create index thanks_wall on thanks (decided_at desc) where state = 'shown';

-- A word of thanks concerns the two.
-- +goose StatementBegin
create function live_thanks() returns trigger language plpgsql as $$
declare
    r thanks := coalesce(new, old);
begin
    insert into live_changes (kind, about, users) values ('thanks', r.id, array[r.from_id, r.to_id]);
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_thanks after insert or update or delete on thanks for each row execute function live_thanks();
