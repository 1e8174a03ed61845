package models

import (
	"context"

	"github.com/google/uuid"
)

// Kinds of notices about questions, beside those that NoticeQuestion and its like name.
const (
	NoticeNamed        = "question_named" // a colleague thought of who is told; About is the answer
	NoticeFriendJoined = "friend_joined"  // an invited friend said yes; About is the answer

	NoticeSuggestion        = "suggestion"         // a colleague suggests something; About is the suggestion
	NoticeSuggestionDecided = "suggestion_decided" // the same
	NoticeRemark            = "remark"             // somebody said something about one's clip or suggestion; About is the remark
)

// tellQuestions says what is asked.
func tellQuestions(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	var qs []Question
	err := db.seenQuestions(ctx, by).Select("questions.id", "questions.title").Where("questions.id in ?", abouts(ns)).Find(&qs).Error
	told := map[uuid.UUID]Told{}
	for _, q := range qs {
		told[q.ID] = Told{Words: []any{"Title", q.Title}, Path: "/questions/" + q.ID.String()}
	}
	return told, mapped(err)
}

// tellAnswers says which question it is about, and nothing of the answer.
func tellAnswers(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	var as []struct {
		ID    uuid.UUID
		Title string
	}
	err := db.seenAnswers(ctx, by).Select("answers.id, q.title").Joins("join questions q on q.id = answers.question_id").Where("answers.id in ?", abouts(ns)).Scan(&as).Error
	told := map[uuid.UUID]Told{}
	for _, a := range as {
		told[a.ID] = Told{Words: []any{"Title", a.Title}, Path: "/answers/" + a.ID.String()}
	}
	return told, mapped(err)
}

// tellWordings says what text it is about.
func tellWordings(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	var ws []Wording
	err := db.seenWordings(ctx, by).Preload("Job").Preload("Question").Where("wordings.id in ?", abouts(ns)).Find(&ws).Error
	told := map[uuid.UUID]Told{}
	for _, w := range ws {
		title := ""
		if w.Job != nil {
			title = w.Job.Title
		} else if w.Question != nil {
			title = w.Question.Title
		}
		told[w.ID] = Told{Words: []any{"Title", title}, Path: "/wordings/" + w.ID.String()}
	}
	return told, mapped(err)
}

// tellJobsFromQuestions says of a question that its job is being written, and of a job that it can be shared now.
func tellJobsFromQuestions(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	told, err := tellQuestions(ctx, db, by, ns)
	if err != nil {
		return nil, err
	}
	for id, t := range told {
		t.Key = "notice.say." + NoticeJobFromQuestion + ".draft"
		told[id] = t
	}
	open, err := tellOpenJobs(ctx, db, by, ns)
	for id, t := range open {
		told[id] = t
	}
	return told, err
}

// tellSuggestions says what was suggested.
func tellSuggestions(ctx context.Context, db *DB, _ User, ns []Notice) (map[uuid.UUID]Told, error) {
	var ss []Suggestion
	err := db.q(ctx).Select("id", "title").Where("id in ?", abouts(ns)).Find(&ss).Error
	told := map[uuid.UUID]Told{}
	for _, s := range ss {
		told[s.ID] = Told{Words: []any{"Title", s.Title}, Path: "/suggestions/" + s.ID.String()}
	}
	return told, mapped(err)
}

// tellRemarks says what was said something about, never what.
func tellRemarks(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	var rs []struct {
		ID    uuid.UUID
		Title string
	}
	err := db.seenRemarks(ctx, by).Select("remarks.id, coalesce(c.title, s.title, j.title, q.title) as title").
		Joins("left join clips c on c.id = remarks.clip_id").Joins("left join suggestions s on s.id = remarks.suggestion_id").
		Joins("left join wordings w on w.id = remarks.wording_id").Joins("left join jobs j on j.id = w.job_id").Joins("left join questions q on q.id = w.question_id").
		Where("remarks.id in ? and remarks.removed_at is null", abouts(ns)).Scan(&rs).Error
	told := map[uuid.UUID]Told{}
	for _, r := range rs {
		told[r.ID] = Told{Words: []any{"Title", r.Title}, Path: "/remarks/" + r.ID.String()}
	}
	return told, mapped(err)
}

// abouts are what notices are about.
func abouts(ns []Notice) []uuid.UUID {
	ids := make([]uuid.UUID, len(ns))
	for i, n := range ns {
		ids[i] = n.About
	}
	return ids
}
