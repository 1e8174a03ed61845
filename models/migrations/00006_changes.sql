-- +goose Up

-- Every change that a public page may show is told to all instances, in the order of the commits.
-- +goose StatementBegin
create function tell_change() returns trigger language plpgsql as $$
declare
    r jsonb := to_jsonb(coalesce(new, old));
begin
    perform pg_notify('kollega_changes', tg_argv[0] || ' ' || coalesce(r ->> tg_argv[1], ''));
    return null;
end
$$;
-- +goose StatementEnd
create trigger tell_change after insert or update or delete on links for each row execute function tell_change('link', 'id');
create trigger tell_change after insert or update or delete on jobs for each row execute function tell_change('job', 'id');
create trigger tell_change after insert or update or delete on job_skills for each row execute function tell_change('job', 'job_id');
create trigger tell_change after insert or delete or update of status, version, title, language, position, published_at on clips
    for each row execute function tell_change('job', 'job_id');
create trigger tell_change after insert or update or delete on captions for each row execute function tell_change('clip', 'clip_id');
create trigger tell_change after update of name, show_name, deactivated_at on users for each row execute function tell_change('user', 'id');
create trigger tell_change after insert or update on organisation for each row execute function tell_change('house', 'one');
create trigger tell_change after insert or update or delete on clip_files for each row execute function tell_change('clip', 'clip_id');
