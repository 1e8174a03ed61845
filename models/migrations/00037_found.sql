-- +goose Up

-- A question is found in its group by what is asked.
create index questions_words on questions using gin ((to_tsvector('norwegian', title || ' ' || words) || to_tsvector('english', title || ' ' || words)));
