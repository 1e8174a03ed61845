-- +goose Up

-- A question that is put to closed groups alone is there for those who are in one of them, whatever their role.
alter table questions add column inside boolean not null default false;

delete from question_places p where p.group_id is not null and not exists (select from groups g where g.id = p.group_id);
alter table question_places add foreign key (group_id) references groups on delete cascade;
create index question_places_group on question_places (group_id) where group_id is not null;
create index question_places_team on question_places (team_id) where team_id is not null;

update posts p set question_id = null where question_id is not null and not exists (select from questions q where q.id = p.question_id);
alter table posts add foreign key (question_id) references questions on delete set null;
create index posts_question on posts (question_id) where question_id is not null;

-- What is asked for by what it belongs to, and found when that goes.
create index questions_skill on questions (skill_id) where skill_id is not null;
create index questions_closed on questions (closed_at desc) where closed_at is not null;
create index answers_link on answers (link_id) where link_id is not null;
create index owed_about on owed (kind, about);
create index friend_marks_mark on friend_marks (mark, at);
create index friends_email on friends (email, created_at);
create index supports_suggestion on supports (suggestion_id) where suggestion_id is not null;
create index post_reports_user on post_reports (user_id, decided_at desc);
create index post_reports_author on post_reports (author_id);
