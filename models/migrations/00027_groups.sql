-- +goose Up

-- Where colleagues talk to each other. An open group is everybody's to read; a closed one, and a talk between named colleagues, is there
-- for its members alone.
create table groups (
    id         uuid primary key,
    kind       text not null check (kind in ('open', 'closed', 'talk')),
    name       text not null default '',     -- a talk has none: it is called by who is in it
    about      text not null default '',
    talk_key   text unique,                  -- digest of who is in a talk, so that it is found again; null once somebody has left
    created_by uuid references users on delete set null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    words      tsvector generated always as (to_tsvector('norwegian', name || ' ' || about) || to_tsvector('english', name || ' ' || about)) stored,
    check (kind = 'talk' or name <> '')
);
create index groups_open on groups (lower(name) collate "nb-x-icu", id) where kind = 'open';
create index groups_words on groups using gin (words);

create table group_members (
    group_id  uuid not null references groups on delete cascade,
    user_id   uuid not null references users on delete cascade,
    owner     boolean not null default false,
    muted     boolean not null default false,
    joined_at timestamptz not null,
    seen_at   timestamptz not null,          -- what was written until then has been read
    primary key (group_id, user_id)
);
create index group_members_user on group_members (user_id);

-- What is written in a group. A comment is a post under a post, so that what may be done with the one may be done with the other.
create table posts (
    id          uuid primary key,
    group_id    uuid not null references groups on delete cascade,
    parent_id   uuid references posts on delete cascade,
    user_id     uuid references users on delete set null,
    text        text not null default '',
    picture_alt text not null default '',    -- the pictures in words
    job_id      uuid references jobs on delete set null,
    clip_id     uuid references clips on delete set null,
    question_id uuid,
    at          timestamptz not null,
    edited_at   timestamptz,
    pinned_at   timestamptz,
    removed_at  timestamptz,
    removed_how text not null default '' check (removed_how in ('', 'author', 'owner', 'hr', 'left')),
    words       tsvector generated always as (to_tsvector('norwegian', text) || to_tsvector('english', text)) stored,
    check ((removed_at is null) = (removed_how = ''))
);
create index posts_newest on posts (group_id, at desc, id desc) where parent_id is null;
create index posts_pinned on posts (group_id) where pinned_at is not null;
create index posts_comments on posts (parent_id, at, id) where parent_id is not null;
create index posts_user on posts (user_id);
create index posts_job on posts (job_id) where job_id is not null;
create index posts_clip on posts (clip_id) where clip_id is not null;
create index posts_words on posts using gin (words);

-- Made anew from what was sent: no place, no device, nothing hidden.
create table post_pictures (
    id       uuid primary key,
    post_id  uuid not null references posts on delete cascade,
    key      text not null unique,
    width    integer not null,
    height   integer not null,
    position integer not null
);
create index post_pictures_post on post_pictures (post_id, position);

create table reactions (
    post_id uuid not null references posts on delete cascade,
    user_id uuid not null references users on delete cascade,
    kind    text not null check (kind in ('thanks', 'agree', 'idea', 'cheer')),
    at      timestamptz not null,
    primary key (post_id, user_id, kind)
);
create index reactions_user on reactions (user_id);

-- What somebody has written and not sent yet.
create table post_drafts (
    group_id uuid not null references groups on delete cascade,
    user_id  uuid not null references users on delete cascade,
    text     text not null,
    at       timestamptz not null,
    primary key (group_id, user_id)
);
create index post_drafts_user on post_drafts (user_id);

-- A post that somebody put before HR: what they handed over, and nothing else of the group.
create table post_reports (
    id          uuid primary key,
    post_id     uuid references posts on delete set null,
    user_id     uuid references users on delete set null,  -- who reported it
    author_id   uuid references users on delete set null,
    text        text not null,                             -- as it was then
    pictures    integer not null default 0,                -- how many there were; they are not handed over
    written_at  timestamptz not null,
    reason      text not null,
    at          timestamptz not null,
    decided_at  timestamptz,
    decided_by  uuid references users on delete set null,
    removed     boolean not null default false,            -- HR had it taken away
    answer      text not null default '',
    unique (post_id, user_id)
);
create index post_reports_open on post_reports (at) where decided_at is null;

-- What becomes of what somebody wrote when they leave: it stays, without the name, or goes.
alter table users add column posts_go boolean not null default false;

-- Whoever may read a group is told that something is new in it; of a closed one its members of that moment, see LiveReader.
-- +goose StatementBegin
create function live_posts() returns trigger language plpgsql as $$
begin
    insert into live_changes (kind, about)
    select case when g.kind = 'open' then 'open_group' else 'group' end, g.id from groups g where g.id in (select group_id from touched);
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_posts_insert after insert on posts referencing new table as touched for each statement execute function live_posts();
create trigger live_posts_update after update on posts referencing new table as touched for each statement execute function live_posts();

-- +goose StatementBegin
create function live_reactions() returns trigger language plpgsql as $$
begin
    insert into live_changes (kind, about)
    select distinct case when g.kind = 'open' then 'open_group' else 'group' end, g.id
    from touched t join posts p on p.id = t.post_id join groups g on g.id = p.group_id;
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_reactions_insert after insert on reactions referencing new table as touched for each statement execute function live_reactions();
create trigger live_reactions_delete after delete on reactions referencing old table as touched for each statement execute function live_reactions();

-- Membership, and what somebody has read of a group, is their own business.
-- +goose StatementBegin
create function live_members() returns trigger language plpgsql as $$
declare
    r group_members := coalesce(new, old);
begin
    insert into live_changes (kind, users) values ('own_groups', array[r.user_id]);
    if tg_op <> 'UPDATE' then
        insert into live_changes (kind, about)
        select case when g.kind = 'open' then 'open_group' else 'group' end, g.id from groups g where g.id = r.group_id;
    end if;
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_members after insert or update or delete on group_members for each row execute function live_members();

-- +goose StatementBegin
create function live_group() returns trigger language plpgsql as $$
begin
    insert into live_changes (kind, about) values (case when new.kind = 'open' then 'open_group' else 'group' end, new.id);
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_group after update of name, about on groups for each row execute function live_group();

-- HR is told that something was reported.
-- +goose StatementBegin
create function live_report() returns trigger language plpgsql as $$
begin
    insert into live_changes (kind) values ('post_report');
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_report after insert or update on post_reports for each row execute function live_report();
