-- +goose Up

-- Whether those who were hired are still there after some months: one question for each mark. It has no person, so that an application
-- that was erased meanwhile is asked about, too.
create table stays (
    id             uuid primary key,
    application_id uuid not null references applications on delete cascade,
    months         smallint not null check (months in (3, 6, 12)),
    asked_of       uuid references users on delete set null, -- who led the job; null: HR
    asked_at       timestamptz not null,
    still          boolean,                                  -- null beside an answer: whoever was asked does not know
    answered_by    uuid references users on delete set null,
    answered_at    timestamptz,
    unique (application_id, months),
    check (still is null or answered_at is not null)
);
create index stays_open on stays (asked_at) where answered_at is null;
create index applications_hired on applications (stage_since) where stage = 'hired';

-- What a colleague's shares led to is theirs: leaders read it beside the name only where the colleague has said so.
alter table users add column show_results boolean not null default false;

-- When somebody who had shared came to a team or left it. A team's totals before and after would tell together what that person did.
alter table teams add column moved_at timestamptz;
-- +goose StatementBegin
create function note_move() returns trigger language plpgsql as $$
begin
    if exists (select from links where user_id = new.id) then
        update teams set moved_at = new.updated_at where id in (old.team_id, new.team_id);
    end if;
    return null;
end
$$;
-- +goose StatementEnd
create trigger note_move after update of team_id on users for each row
    when (old.team_id is distinct from new.team_id) execute function note_move();
