-- +goose Up

alter table clips
    add column recipe    text not null default '', -- how the version that is shown was made
    add column brand     text not null default '', -- digest of the house's name and colour on its social image
    add column poster_at double precision;         -- the moment that somebody chose for the picture, in seconds; null: ours

-- The name of a file is its kind and, where there are several, which: video, still-3, poster-7f3a. What stands under an
-- address never changes; what was replaced still answers for a while, to pages that were rendered with it.
alter table clip_files
    add column at          double precision, -- of a still, in seconds
    add column replaced_at timestamptz;
create index clip_files_replaced on clip_files (replaced_at) where replaced_at is not null;

-- What is made of a clip besides, while the clip is shown: it again by newer settings, its pictures again, the bodies of
-- share cuts, and personal downloads.
create table makings (
    id           uuid primary key,
    clip_id      uuid not null references clips on delete cascade,
    version      integer not null,         -- of the clip that it is made from
    kind         text not null check (kind in ('version', 'look', 'body', 'personal')),
    format       text not null default '', -- landscape, vertical, square
    captions     text not null default '', -- what is burnt in: a language and the digest of its captions
    link_id      uuid references links on delete cascade,
    look         text not null default '', -- digest of what is drawn: the house's name and colour, the link's address
    status       text not null check (status in ('waiting', 'working', 'ready', 'failed')),
    progress     real not null default 0,
    attempts     integer not null default 0,
    heartbeat_at timestamptz,
    error_code   text not null default '',
    error_detail text not null default '', -- for administrators only
    key          text not null default '',
    size         bigint not null default 0,
    token        text not null default '', -- the secret in a personal download's address
    recipe       text not null default '',
    used_at      timestamptz not null,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    unique nulls not distinct (clip_id, version, kind, format, captions, link_id, look)
);
create unique index makings_token on makings (token) where token <> '';
create index makings_open on makings (status) where status in ('waiting', 'working');
create index makings_link on makings (link_id) where link_id is not null;
