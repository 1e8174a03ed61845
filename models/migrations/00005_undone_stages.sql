-- +goose Up

-- A change that was taken back at once: it stays in the history and does not count as reached.
alter table stage_changes add column undone boolean not null default false;
