-- +goose Up

-- What open pages are told: that something changed, and whom it concerns; never what. Kept for two hours, so that a page that was
-- cut off asks what it missed. A transaction's rows are seen together, so its number tells whether they were there at an earlier look:
-- see pg_visible_in_snapshot. Nothing is updated here and nothing unique: no one waits for another.
create table live_changes (
    xid   xid8        not null default pg_current_xact_id(),
    at    timestamptz not null default clock_timestamp(),
    kind  text        not null,              -- application, own, clicks, link, job, clip, proposal, mention
    about uuid,                              -- the row of that kind
    jobs  uuid[]      not null default '{}', -- whose HR and leaders may know
    users uuid[]      not null default '{}'  -- whose own business it is
);
create index live_changes_xid on live_changes (xid);

-- +goose StatementBegin
create function live_wake() returns trigger language plpgsql as $$
begin
    perform pg_notify('kollega_live', tg_argv[0]);
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_wake after insert on live_changes for each statement execute function live_wake('change');

-- Who may know is asked again when somebody signs out, or is no longer who they were.
create trigger live_wake after delete on sessions for each statement execute function live_wake('rights');
create trigger live_wake after update of role, session_epoch, deactivated_at on users for each statement execute function live_wake('rights');

-- An application concerns HR and the job's leader. Colleagues learn that one came by their link, and of its further way only
-- where the candidate lets them.
-- +goose StatementBegin
create function live_application() returns trigger language plpgsql as $$
declare
    r      applications := coalesce(new, old);
    owners uuid[] := '{}';
begin
    insert into live_changes (kind, about, jobs) values ('application', r.id, array[r.job_id]);
    if tg_op <> 'UPDATE' or new.link_id is distinct from old.link_id then
        owners := array(select user_id from links where id in (r.link_id, old.link_id));
    elsif new.colleague_learns <> old.colleague_learns or new.stage <> old.stage and new.colleague_learns <> 'received' then
        owners := array(select user_id from links where id = r.link_id
            union select user_id from standing_credits where application_id = r.id and coalesce(reason_args ->> 'Touch', '') <> 'credit.before');
    end if;
    if owners <> '{}' then
        insert into live_changes (kind, users) values ('own', owners);
    end if;
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_application after insert or update or delete on applications for each row execute function live_application();

-- What belongs to an application changes it, for whoever may see it.
-- +goose StatementBegin
create function live_in_application() returns trigger language plpgsql as $$
declare
    of_application uuid := to_jsonb(coalesce(new, old)) ->> 'application_id';
begin
    insert into live_changes (kind, about, jobs) select 'application', id, array[job_id] from applications where id = of_application;
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_in_application after insert on credits for each row execute function live_in_application();
create trigger live_in_application after insert or update on appeals for each row execute function live_in_application();
create trigger live_in_application after insert or update or delete on notes for each row execute function live_in_application();
create trigger live_in_application after insert on skill_marks for each row execute function live_in_application();
create trigger live_in_application after insert or update on letters for each row execute function live_in_application();

-- Credit concerns whom it names, but for what their page does not tell: that a candidate of earlier came again by another's link.
-- +goose StatementBegin
create function live_credit() returns trigger language plpgsql as $$
begin
    if coalesce(to_jsonb(new) -> 'reason_args' ->> 'Touch', '') <> 'credit.before' then
        insert into live_changes (kind, users) values ('own', array[new.user_id]);
    end if;
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_credit after insert on credits for each row execute function live_credit();
create trigger live_credit after insert or update on appeals for each row execute function live_credit();

-- +goose StatementBegin
create function live_link() returns trigger language plpgsql as $$
begin
    insert into live_changes (kind, about, jobs, users) values ('link', new.id, array[new.job_id], array[new.user_id]);
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_link after insert or update on links for each row execute function live_link();

-- +goose StatementBegin
create function live_job() returns trigger language plpgsql as $$
declare
    r jobs := coalesce(new, old);
begin
    insert into live_changes (kind, about, jobs) values ('job', r.id, array[r.id]);
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_job after insert or update or delete on jobs for each row execute function live_job();

-- A clip concerns HR, and the colleague who sent it in; one that is only proposed belongs to no job yet.
-- +goose StatementBegin
create function live_clip() returns trigger language plpgsql as $$
declare
    r clips := coalesce(new, old);
begin
    insert into live_changes (kind, about, jobs, users)
    values ('clip', r.id, array_remove(array[r.job_id], null), array(select user_id from clip_proposals where clip_id = r.id));
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_clip after insert or delete or update of job_id, status, progress, version, position, title on clips
    for each row execute function live_clip();

-- A mention concerns who is named.
-- +goose StatementBegin
create function live_mention() returns trigger language plpgsql as $$
begin
    insert into live_changes (kind, users) values ('mention', array[new.user_id]);
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_mention after insert or update of seen_at on mentions for each row execute function live_mention();

-- A proposal concerns who made it and who is asked; while it waits for nobody in particular, HR.
-- +goose StatementBegin
create function live_proposal() returns trigger language plpgsql as $$
begin
    insert into live_changes (kind, about, users)
    values ('proposal', new.id, array_remove(array[new.user_id, new.holder_id, old.holder_id], null));
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_proposal after insert or update on clip_proposals for each row execute function live_proposal();
