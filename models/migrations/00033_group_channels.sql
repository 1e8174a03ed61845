-- +goose Up

-- A group's webhooks go with it, and there are none of what is no group.
delete from webhooks w where w.group_id is not null and not exists (select from groups g where g.id = w.group_id);
alter table webhooks add constraint webhooks_group_fk foreign key (group_id) references groups on delete cascade;
-- Failures are things given up after every try, where they were tries before.
update webhooks set failures = 0 where disabled_at is null;

-- Praise that was taken off the wall by HR: the two go on reading it, others do not.
alter table feedback add column removed_at timestamptz;
