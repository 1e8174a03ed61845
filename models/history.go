package models

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Kinds of things that an application's history tells of.
const (
	HistoryArrived = "arrived"
	HistoryMoved   = "moved"
	HistoryNote    = "note"
	HistorySkill   = "skill"
	HistoryLetter  = "letter"
	HistoryCredit  = "credit"
	HistoryCV      = "cv"
)

// HistoryEntry is one thing that happened to an application; what its kind is about is set.
type HistoryEntry struct {
	Kind   string
	At     time.Time
	User   *User // who did it; nil for the candidate and for Kollega itself
	Step   *StageChange
	Note   *Note // by itself, or with the step
	Mark   *SkillMark
	Letter *Letter
	Credit []Credit // a round of the ledger
	CV     string   // one of the kinds of changes of a file
}

// History is everything that happened to an application that by may see, newest first: who and when. Notes were read before, and
// letters.
func (db *DB) History(ctx context.Context, app Application, notes []Note, letters []Letter) ([]HistoryEntry, error) {
	entries := []HistoryEntry{{Kind: HistoryArrived, At: app.SubmittedAt}}
	steps, err := db.StageChanges(ctx, app.ID)
	if err != nil {
		return nil, err
	}
	for i := range steps {
		e := HistoryEntry{Kind: HistoryMoved, At: steps[i].At, User: steps[i].User, Step: &steps[i]}
		if at := slices.IndexFunc(notes, func(n Note) bool { return n.ChangeID != nil && *n.ChangeID == steps[i].ID }); at >= 0 {
			e.Note = &notes[at]
		}
		entries = append(entries, e)
	}
	for i := range notes {
		if notes[i].ChangeID == nil {
			entries = append(entries, HistoryEntry{Kind: HistoryNote, At: notes[i].At, User: notes[i].User, Note: &notes[i]})
		}
	}
	for i := range letters {
		entries = append(entries, HistoryEntry{Kind: HistoryLetter, At: letters[i].CreatedAt, User: letters[i].User, Letter: &letters[i]})
	}
	more, err := db.judgements(ctx, app)
	if err != nil {
		return nil, err
	}
	entries = append(entries, more...)
	slices.SortStableFunc(entries, func(a, b HistoryEntry) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(rank(a), rank(b))) // what arrived came first, whatever the clock says
	})
	return entries, nil
}

func rank(e HistoryEntry) int {
	if e.Kind == HistoryArrived {
		return 1
	}
	return 0
}

// judgements are the marks, the credit and the changes of the file.
func (db *DB) judgements(ctx context.Context, app Application) (entries []HistoryEntry, err error) {
	var marks []SkillMark
	if err := db.q(ctx).Preload("User").Preload("Skill").Where("application_id = ?", app.ID).Order("at desc, id desc").Find(&marks).Error; err != nil {
		return nil, mapped(err)
	}
	for i := range marks {
		entries = append(entries, HistoryEntry{Kind: HistorySkill, At: marks[i].At, User: marks[i].User, Mark: &marks[i]})
	}
	var credits []Credit
	err = db.q(ctx).Preload("User").Preload("By").Where("application_id = ?", app.ID).Order("round desc, weight desc, id").Find(&credits).Error
	if err != nil {
		return nil, mapped(err)
	}
	for len(credits) > 0 { // a round after the other
		n := 1
		for n < len(credits) && credits[n].Round == credits[0].Round {
			n++
		}
		entries = append(entries, HistoryEntry{Kind: HistoryCredit, At: credits[0].At, User: credits[0].By, Credit: credits[:n]})
		credits = credits[n:]
	}
	var files []CVChange
	if err := db.q(ctx).Where("application_id = ?", app.ID).Order("at desc, id desc").Find(&files).Error; err != nil {
		return nil, mapped(err)
	}
	for _, f := range files {
		entries = append(entries, HistoryEntry{Kind: HistoryCV, At: f.At, CV: f.Kind})
	}
	return entries, nil
}
