-- +goose Up

-- A clip that is proposed belongs to no job until somebody has said yes; nobody outside sees such a clip.
alter table clips alter column job_id drop not null;
alter table clips add constraint clips_published_job check (job_id is not null or status <> 'published');

-- How many days a proposal may wait for one person before it goes on to the next.
alter table organisation add column proposal_days integer not null default 5 check (proposal_days between 1 and 60);

-- A colleague's clip on its way to a job. Its job is the one that is wished for; the clip's own is set when it is approved.
create table clip_proposals (
    id          uuid primary key,
    clip_id     uuid unique references clips on delete set null, -- null when the file is gone
    user_id     uuid not null references users,
    job_id      uuid references jobs on delete set null,         -- null: a job that is not yet written, or was deleted
    title       text not null,                                   -- of the job, in the colleague's words where it is not yet written
    words       text not null default '',
    show_name   boolean not null default false,                  -- the colleague's name stands by the clip
    state       text not null check (state in ('sending', 'waiting', 'approved', 'declined', 'withdrawn')),
    holder_id   uuid references users on delete set null,        -- who is asked now; null while it waits: HR
    held_since  timestamptz,                                     -- since when
    reason      text not null default '',                        -- of a declined one, for the colleague to read
    decided_by  uuid references users on delete set null,
    decided_at  timestamptz,
    created_at  timestamptz not null,
    updated_at  timestamptz not null
);
create index clip_proposals_user on clip_proposals (user_id, created_at desc);
create index clip_proposals_open on clip_proposals (held_since) where state in ('waiting', 'approved');
create index clip_proposals_job on clip_proposals (job_id);

-- What became of a proposal, step by step; rows are added, never changed.
create table clip_proposal_steps (
    id          uuid primary key,
    proposal_id uuid not null references clip_proposals on delete cascade,
    kind        text not null check (kind in ('sent', 'asked', 'went_on', 'approved', 'declined', 'withdrawn', 'attached')),
    by_id       uuid references users on delete set null, -- who did it; null: nobody did, which is why it went on
    to_id       uuid references users on delete set null, -- who was asked; null with asked and went_on: HR
    at          timestamptz not null
);
create index clip_proposal_steps_proposal on clip_proposal_steps (proposal_id, at, id);

-- A name that is shown or hidden changes public pages.
create trigger tell_change after insert or update or delete on clip_proposals for each row execute function tell_change('clip', 'clip_id');
