package models

import (
	"context"
	"fmt"

	"github.com/google/uuid"
)

// tellOwers tells those who owe something now.
func (db *DB) tellOwers(ctx context.Context, passed []owes) error {
	if len(passed) == 0 {
		return nil
	}
	hr, err := db.heads(ctx, nil)
	if err != nil {
		return err
	}
	var ns []Notice
	for _, h := range passed {
		to := hr
		if h.HolderID != nil {
			to = []uuid.UUID{*h.HolderID}
		}
		for _, id := range to {
			ns = append(ns, Notice{UserID: id, Kind: NoticeOwed, About: h.ID, ActorID: &h.UserID})
		}
	}
	return db.Notify(ctx, ns...)
}

// tellClimbed lets HR see what was not answered in time.
func (db *DB) tellClimbed(ctx context.Context, late []owes) error {
	hr, err := db.heads(ctx, nil)
	if err != nil {
		return err
	}
	var ns []Notice
	for _, o := range late {
		for _, to := range hr {
			ns = append(ns, Notice{UserID: to, Kind: NoticeOwedClimbed, About: o.ID, ActorID: &o.UserID})
		}
	}
	return db.Notify(ctx, ns...)
}

// forgetOwedNotices removes the notices of what is owed no more.
func (db *DB) forgetOwedNotices(ctx context.Context, ids []uuid.UUID) error {
	if err := db.ForgetNotices(ctx, NoticeOwed, ids...); err != nil {
		return err
	}
	return db.ForgetNotices(ctx, NoticeOwedClimbed, ids...)
}

// tellOwed leads to who waits, whom the notice names as who did it; the notice of what has been answered says nothing any more.
func tellOwed(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	all, err := db.waiting(ctx, by, `where o.id in @ids and `+openOwed+` and `+mayAnswer+`) x`, map[string]any{"ids": abouts(ns)})
	told := map[uuid.UUID]Told{}
	for _, w := range all {
		told[w.ID] = Told{Path: "/leader/feedback/" + w.ID.String()}
	}
	return told, err
}

// tellFeedback says from whom it is, never what it says.
func tellFeedback(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	var ids []uuid.UUID
	err := db.q(ctx).Model(&Feedback{}).Where("id in ? and to_id = ?", abouts(ns), by.ID).Pluck("id", &ids).Error
	told := map[uuid.UUID]Told{}
	for _, id := range ids {
		told[id] = Told{Path: feedbackPath(id)}
	}
	return told, mapped(err)
}

func tellReply(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	var rs []FeedbackReply
	err := db.q(ctx).Where("id in ? and from_id <> ? and feedback_id in (?)", abouts(ns), by.ID, ownFeedback(db.q(ctx).Model(&Feedback{}).Select("id"), by)).Find(&rs).Error
	if err != nil {
		return nil, fmt.Errorf("replies: %w", mapped(err))
	}
	told := map[uuid.UUID]Told{}
	for _, r := range rs {
		told[r.ID] = Told{Path: feedbackPath(r.FeedbackID)}
	}
	return told, nil
}

func feedbackPath(id uuid.UUID) string { return "/feedback#f-" + id.String() }
