package models

import (
	"context"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"gorm.io/gorm/clause"
)

// Kinds of notices about applications and proposed clips. Whoever wants them mailed at once gets a mail of their own.
const (
	NoticeNoteMention     = "note_mention"     // somebody named who is told in a note about an application; About is the note
	NoticeProposal        = "proposal"         // a proposed clip waits for the answer of who is told; About is the proposal
	NoticeProposalDecided = "proposal_decided" // what became of a clip that who is told proposed; the same
	NoticeStay            = "stay"             // whether a colleague is still there; About is the question
)

// notifyByMail tells one person, and puts the mail on its way that goes at once.
func (db *DB) notifyByMail(ctx context.Context, n Notice, mail string) error {
	due := n.DueAt
	n.DueAt = nil
	res := db.q(ctx).Omit(clause.Associations).Clauses(clause.OnConflict{DoNothing: true}).Create(&n)
	if res.Error != nil || res.RowsAffected == 0 { // told already
		return mapped(res.Error)
	}
	var opts *river.InsertOpts
	if due != nil && due.After(n.At) { // after the hours in which no mail comes
		opts = &river.InsertOpts{ScheduledAt: *due}
	}
	return db.enqueue(ctx, SendMail{Mail: mail, ID: n.About, To: n.UserID}, opts)
}

// WantsMail tells whether somebody wants mails about a kind of notice, at once or in a digest.
func (db *DB) WantsMail(ctx context.Context, u User, kind string) (bool, error) {
	wishes, err := db.wishes(ctx, []Notice{{UserID: u.ID}})
	if err != nil {
		return false, err
	}
	own, here := wishes[u.ID]
	if !here {
		return false, nil
	}
	way := own.way(kind, noticeKinds[kind])
	return way != WayHouse && way != WayOff, nil
}

// tellNoteMentions says which job it is about, never what the note says or whom it is about.
func tellNoteMentions(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	var found []struct {
		ID, ApplicationID uuid.UUID
		Title             string
	}
	err := db.q(ctx).Model(&Note{}).Select("notes.id, notes.application_id, j.title").
		Joins("join mentions m on m.note_id = notes.id and m.user_id = ?", by.ID).
		Joins("join applications on applications.id = notes.application_id").Joins("join jobs j on j.id = applications.job_id").
		Where("notes.id in ? and notes.deleted_at is null and notes.application_id in (?)", abouts(ns),
			db.seenApplications(db.q(ctx).Model(&Application{}).Select("applications.id"), by)).Scan(&found).Error
	told := map[uuid.UUID]Told{}
	for _, f := range found {
		told[f.ID] = Told{Words: []any{"Title", f.Title}, Path: by.Desk() + "/applications/" + f.ApplicationID.String() + "#notes"}
	}
	return told, mapped(err)
}

// Desk is the beginning of the addresses where somebody decides: HR's pages, or a leader's.
func (u User) Desk() string {
	if u.Is(RoleHR) {
		return "/hr"
	}
	return "/leader"
}

// tellProposals says what the clip is to be about, while it waits for by.
func tellProposals(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	var ps []Proposal
	err := seenProposals(db.q(ctx), by).Where(openProposals).Where("clip_proposals.id in ?", abouts(ns)).Find(&ps).Error
	told := map[uuid.UUID]Told{}
	for _, p := range ps {
		told[p.ID] = Told{Words: []any{"Title", p.Title}, Path: by.Desk() + "/proposals/" + p.ID.String()}
	}
	return told, mapped(err)
}

// tellProposalsDecided says what was answered; a reason is read where it leads.
func tellProposalsDecided(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	var ps []Proposal
	err := db.q(ctx).Where("user_id = ? and id in ? and state in ?", by.ID, abouts(ns), []string{ProposalApproved, ProposalDeclined}).Find(&ps).Error
	told := map[uuid.UUID]Told{}
	for _, p := range ps {
		told[p.ID] = Told{Words: []any{"Title", p.Title}, Path: "/clips/" + p.ID.String(), Key: "notice.say." + NoticeProposalDecided + "." + p.State}
	}
	return told, mapped(err)
}

// tellStays says which job somebody was hired for, never who.
func tellStays(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	var qs []StayQuestion
	err := db.stayQuestions(ctx, by).Where("s.answered_at is null and s.id in ?", abouts(ns)).Scan(&qs).Error
	told := map[uuid.UUID]Told{}
	for _, q := range qs {
		path := "/leader"
		if by.Is(RoleHR) {
			path = "/hr/stays"
		}
		told[q.ID] = Told{Words: []any{"Title", q.JobTitle}, Path: path}
	}
	return told, mapped(err)
}
