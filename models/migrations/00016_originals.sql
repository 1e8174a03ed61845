-- +goose Up

-- How many days the file that was sent is kept after a clip was made of it; 0 keeps it for good.
alter table organisation add column original_days integer not null default 30 check (original_days between 0 and 3650);
alter table clips add column original_gone_at timestamptz; -- since when the file that was sent is not kept any more
create index clips_originals on clips (processed_at) where original_gone_at is null and processed_at is not null;
