-- +goose Up

-- A card signs in somebody who has no address: one that was made for somebody who has, or got one since, works no longer.
with ended as (
    update cards c set revoked_at = now() from users u where u.id = c.user_id and c.revoked_at is null and u.email_key <> '' returning c.user_id
)
update users set session_epoch = session_epoch + 1 where id in (select user_id from ended);

-- A link that somebody else made for a person, and that they have not asked for themselves, is no share of theirs.
alter table links add column unasked boolean not null default false;

-- Who is asked is looked up on everybody's first page.
create index owed_asked on owed (asked_id) where answered_at is null and ended_at is null;
