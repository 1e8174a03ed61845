-- +goose Up

-- Captions that a machine wrote, or somebody is writing, are drafts: nobody outside sees them before a person has approved them.
alter table captions add column status text not null default 'approved' check (status in ('draft', 'approved'));
alter table captions add column source text not null default 'upload' check (source in ('upload', 'auto', 'edited'));
alter table captions add column approved_by uuid references users on delete set null;
alter table captions add column approved_at timestamptz;

-- Drafts that were asked of the transcription service.
create table transcriptions (
    clip_id      uuid not null references clips on delete cascade,
    language     text not null,
    state        text not null check (state in ('asked', 'failed')),
    error_code   text not null default '',
    error_detail text not null default '', -- for administrators
    asked_by     uuid references users on delete set null,
    updated_at   timestamptz not null,
    primary key (clip_id, language)
);
