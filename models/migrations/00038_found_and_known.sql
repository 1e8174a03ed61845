-- +goose Up

-- A question is found in its group by what is asked.
create index questions_words on questions using gin ((to_tsvector('norwegian', title || ' ' || words) || to_tsvector('english', title || ' ' || words)));

-- Wrong PINs hold a card off for a while, from devices that it has not been used on; a device that it was used on has its own count, and is
-- known until the PIN changes or the card ends.
alter table cards add column held_until timestamptz, add column pin_epoch integer not null default 0;
create table card_devices (
    id           uuid primary key,
    card_id      uuid not null references cards on delete cascade,
    pin_epoch    integer not null,
    failures     integer not null default 0, -- wrong PINs since the last right one
    last_used_at timestamptz not null
);
create index card_devices_card on card_devices (card_id, last_used_at desc);
