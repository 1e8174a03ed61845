-- +goose Up

-- A session that was ended says nothing any more; its row stays for an hour, so that nothing that was on its way brings it back.
alter table sessions alter column data drop not null;

create trigger live_wake_ended after update on sessions for each row when (old.data is not null and new.data is null)
    execute function live_wake('rights');
