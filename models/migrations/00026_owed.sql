-- +goose Up

-- What the house has chosen about what is owed; a kind without a row goes by models.DefaultOwedRules.
create table owed_rules (
    kind text primary key,
    owed boolean not null,                                         -- whether such a thing is owed an answer at all
    who  text not null check (who in ('job', 'own', 'hr')),        -- whose turn it is first
    days integer not null check (days between 1 and 90)            -- until it climbs
);

-- What a person wrote to a person about something they did. Only the two read it.
create table feedback (
    id         uuid primary key,
    from_id    uuid not null references users,
    to_id      uuid not null references users,
    kind       text not null check (kind in ('thanks', 'praise', 'constructive')),
    text       text not null check (text <> ''),    -- of constructive feedback: what was good
    better     text not null default '',            -- what could be better
    suggestion text not null default '',
    at         timestamptz not null,
    read_at    timestamptz,                          -- when it was first before who it is to
    helped_at  timestamptz,                          -- when they said that it helped
    agreed_at  timestamptz,                          -- when they agreed that others read it; praise only
    check (from_id <> to_id),
    check (kind = 'constructive' or better = '' and suggestion = ''),
    check (kind = 'praise' or agreed_at is null)
);
create index feedback_to on feedback (to_id, at desc);
create index feedback_from on feedback (from_id, at desc);
create index feedback_agreed on feedback (agreed_at desc) where agreed_at is not null;

-- What the two wrote to each other after it.
create table feedback_replies (
    id          uuid primary key,
    feedback_id uuid not null references feedback on delete cascade,
    from_id     uuid not null references users,
    text        text not null check (text <> ''),
    at          timestamptz not null,
    read_at     timestamptz
);
create index feedback_replies_feedback on feedback_replies (feedback_id, at);

-- An answer that somebody is owed for something they did. Who owes it follows from who leads the job, and the person, at that moment.
create table owed (
    id           uuid primary key,
    user_id      uuid not null references users,             -- who waits
    kind         text not null check (kind in ('share', 'clip', 'answer', 'wording', 'turn')),
    about        uuid not null,                              -- share: the job; clip: the proposal; answer, wording: that; turn: the stage change, or the application for its arrival
    job_id       uuid references jobs on delete set null,
    asked_id     uuid references users on delete set null,   -- who asked for it and owes it before all others
    who          text not null check (who in ('job', 'own', 'hr')),
    since        timestamptz not null,
    due_at       timestamptz not null,                       -- in time until then; then it climbs
    holder_id    uuid references users on delete set null,   -- who was told last that they owe it; null: HR
    held_since   timestamptz not null,
    climbed_at   timestamptz,
    climbed_from uuid references users on delete set null,
    answered_at  timestamptz,
    answered_by  uuid references users on delete set null,
    feedback_id  uuid references feedback on delete set null,
    ended_at     timestamptz,                                -- owed no more: they left, it was taken back, the house chose so
    unique (user_id, kind, about)
);
create index owed_open on owed (since) where answered_at is null and ended_at is null;
create index owed_feedback on owed (feedback_id);
create index owed_since on owed (since);

-- Open pages: of whoever waits and whoever may owe it; of the two who write.
-- +goose StatementBegin
create function live_owed() returns trigger language plpgsql as $$
declare
    r owed := coalesce(new, old);
begin
    insert into live_changes (kind, about, users)
    select 'owed', r.id, array_remove(array[r.user_id, r.asked_id, r.holder_id, r.climbed_from, r.answered_by,
        (select leader_id from jobs where id = r.job_id), (select t.leader_id from users u join teams t on t.id = u.team_id where u.id = r.user_id)], null);
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_owed after insert or update or delete on owed for each row execute function live_owed();

-- +goose StatementBegin
create function live_feedback() returns trigger language plpgsql as $$
declare
    r feedback := coalesce(new, old);
begin
    insert into live_changes (kind, about, users) values ('feedback', r.id, array[r.from_id, r.to_id]);
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_feedback after insert or delete or update of helped_at, agreed_at on feedback for each row execute function live_feedback();

-- +goose StatementBegin
create function live_feedback_reply() returns trigger language plpgsql as $$
begin
    insert into live_changes (kind, about, users) select 'feedback', id, array[from_id, to_id] from feedback where id = new.feedback_id;
    return null;
end
$$;
-- +goose StatementEnd
create trigger live_feedback_reply after insert on feedback_replies for each row execute function live_feedback_reply();

-- What was done in the last thirty days is owed an answer as if it were done now, so that no leader begins with what is late: the first
-- share of each job that is still open, and each clip that was sent in. What is older, and the turns of applications, whose candidates
-- were asked about what their colleague learns and not about this, begins with the next one.
insert into owed (id, user_id, kind, about, job_id, who, since, due_at, held_since)
select gen_random_uuid(), l.user_id, 'share', l.job_id, l.job_id, 'job', min(l.created_at), now() + interval '7 days', now()
from links l join jobs j on j.id = l.job_id and j.status = 'published' join users u on u.id = l.user_id and u.deactivated_at is null
group by l.user_id, l.job_id having min(l.created_at) > now() - interval '30 days';
insert into owed (id, user_id, kind, about, job_id, who, since, due_at, held_since)
select gen_random_uuid(), p.user_id, 'clip', p.id, p.job_id, 'job', p.created_at, now() + interval '7 days', now()
from clip_proposals p join users u on u.id = p.user_id and u.deactivated_at is null
where p.state in ('waiting', 'approved', 'declined') and p.created_at > now() - interval '30 days';
