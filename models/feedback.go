package models

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Kinds of feedback.
const (
	FeedbackThanks       = "thanks"
	FeedbackPraise       = "praise"
	FeedbackConstructive = "constructive" // what was good, what could be better, one suggestion
)

// FeedbackKinds are these.
var FeedbackKinds = Words{FeedbackThanks, FeedbackPraise, FeedbackConstructive}

// MaxFeedback is the longest text of feedback or of a reply, in characters.
const MaxFeedback = 2000

// Feedback is what a person wrote to a person. Nobody but the two reads it: every query below names one of them.
type Feedback struct {
	ID         uuid.UUID
	FromID     uuid.UUID
	ToID       uuid.UUID
	Kind       string
	Text       string // of constructive feedback: what was good
	Better     string // what could be better
	Suggestion string
	At         time.Time
	ReadAt     *time.Time
	HelpedAt   *time.Time // they said that it helped
	AgreedAt   *time.Time // they agreed that others read it
	RemovedAt  *time.Time // HR took it off the wall of thanks: others read it no more

	From    *User           `gorm:"foreignKey:FromID"`
	To      *User           `gorm:"foreignKey:ToID"`
	Replies []FeedbackReply `gorm:"foreignKey:FeedbackID"`
	About   []Waiting       `gorm:"-"` // what it answers; none where it was given unasked
}

// TableName is the table's.
func (Feedback) TableName() string { return "feedback" }

// FeedbackReply is what one of the two wrote after it.
type FeedbackReply struct {
	ID         uuid.UUID
	FeedbackID uuid.UUID
	FromID     uuid.UUID
	Text       string
	At         time.Time
	ReadAt     *time.Time

	From *User `gorm:"foreignKey:FromID"`
}

// Undoable tells whether who gave it may still take it back: just given, and not read.
func (f Feedback) Undoable(by User, now time.Time) bool {
	return f.FromID == by.ID && f.ReadAt == nil && now.Sub(f.At) < undoFor
}

// FeedbackInput is feedback as it is written.
type FeedbackInput struct {
	Kind       string
	Text       string
	Better     string
	Suggestion string
}

// clean refuses feedback that says nothing: constructive feedback says what was good, and what could be better or a way to it.
func (in *FeedbackInput) clean() error {
	in.Text, in.Better, in.Suggestion = strings.TrimSpace(in.Text), strings.TrimSpace(in.Better), strings.TrimSpace(in.Suggestion)
	var bad ValidationErrors
	if !FeedbackKinds.Has(in.Kind) {
		bad.Add("answer_kind", "feedback.error.kind")
		return bad
	}
	if in.Kind != FeedbackConstructive {
		in.Better, in.Suggestion = "", ""
	}
	for _, f := range []struct{ name, text string }{{"text", in.Text}, {"better", in.Better}, {"suggestion", in.Suggestion}} {
		if !checkFeedbackText(&bad, f.name, f.text) {
			continue
		}
		switch {
		case f.name == "text" && f.text == "":
			bad.Add("text", "feedback.error.text")
		case f.name == "better" && in.Kind == FeedbackConstructive && in.Better == "" && in.Suggestion == "":
			bad.Add("better", "feedback.error.better")
		}
	}
	return bad.Err()
}

func checkFeedbackText(bad *ValidationErrors, field, text string) bool {
	switch {
	case !storable(text):
		bad.Add(field, "error.characters")
	case utf8.RuneCountInString(text) > MaxFeedback:
		bad.Add(field, "error.too_long", "Max", MaxFeedback)
	case strings.HasSuffix(text, "…"): // a starter that nobody has gone on with
		bad.Add(field, "feedback.error.starter")
	default:
		return true
	}
	return false
}

// GiveFeedback gives feedback to somebody about those things that they are owed an answer for. It is refused with a ConflictError where
// all of them were answered meanwhile. Without any it is given unasked, which is for one's leaders, HR, and those one had feedback from.
func (db *DB) GiveFeedback(ctx context.Context, by User, to uuid.UUID, about []uuid.UUID, in FeedbackInput) (Feedback, error) {
	f := Feedback{ID: NewID(), FromID: by.ID, ToID: to, At: db.Now()}
	if err := in.clean(); err != nil {
		return f, err
	}
	f.Kind, f.Text, f.Better, f.Suggestion = in.Kind, in.Text, in.Better, in.Suggestion
	return f, db.Tx(ctx, func(tx *DB) error {
		open, secret, err := tx.takeOwed(ctx, by, to, about)
		if err != nil {
			return err
		}
		if err := tx.q(ctx).Omit(clause.Associations).Create(&f).Error; err != nil {
			return mapped(err)
		}
		if len(open) > 0 {
			if err := tx.q(ctx).Table("owed").Where("id in ?", open).
				Updates(map[string]any{"answered_at": f.At, "answered_by": by.ID, "feedback_id": f.ID}).Error; err != nil {
				return mapped(err)
			}
			if err := tx.forgetOwedNotices(ctx, open); err != nil {
				return err
			}
		}
		if err := tx.Notify(ctx, Notice{UserID: to, Kind: NoticeFeedback, About: f.ID, ActorID: by.ref()}); err != nil {
			return err
		}
		facts := Facts{"answers": len(open) - secret} // that it was given; no way to it
		if secret == 0 || secret < len(open) {
			facts["person"] = to
		}
		return tx.Audit(As(ctx, by), Deed{DidAdd, OfFeedback, uuid.Nil, facts})
	})
}

// takeOwed holds those of the things that by may still answer; secret is of how many nobody but the two may know.
func (db *DB) takeOwed(ctx context.Context, by User, to uuid.UUID, about []uuid.UUID) (open []uuid.UUID, secret int, err error) {
	if len(about) == 0 {
		people, err := db.FeedbackReceivers(ctx, by)
		if err != nil {
			return nil, 0, err
		}
		for _, u := range people {
			if u.ID == to {
				return nil, 0, nil
			}
		}
		return nil, 0, ErrNotFound
	}
	var seen []struct {
		ID      uuid.UUID
		Open    bool
		Private bool
	}
	args := owedArgs(by)
	args["ids"], args["to"] = about, to
	err = db.q(ctx).Raw(`select o.id, `+openOwed+` as open, o.private`+owedFrom+`where o.id in @ids and o.user_id = @to and `+mayAnswer+` order by o.id for update of o`, args).
		Scan(&seen).Error
	if err != nil {
		return nil, 0, mapped(err)
	}
	if len(seen) == 0 {
		return nil, 0, ErrNotFound
	}
	for _, s := range seen {
		if s.Open {
			open = append(open, s.ID)
			if s.Private {
				secret++
			}
		}
	}
	if len(open) == 0 {
		return nil, 0, &ConflictError{Key: "feedback.error.answered"}
	}
	return open, secret, nil
}

// TakeBackFeedback undoes feedback that by has just given and that nobody has read; what it answered waits again.
func (db *DB) TakeBackFeedback(ctx context.Context, by User, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		var f Feedback
		err := tx.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id = ? and from_id = ?", id, by.ID).Take(&f).Error
		if err != nil {
			return mapped(err)
		}
		if !f.Undoable(by, tx.Now()) {
			return &ConflictError{Key: "feedback.error.undo"}
		}
		var answered []struct {
			ID      uuid.UUID
			Private bool
		}
		if err := tx.q(ctx).Table("owed").Select("id, private").Where("feedback_id = ?", id).Find(&answered).Error; err != nil {
			return mapped(err)
		}
		if err := tx.q(ctx).Table("owed").Where("feedback_id = ?", id).
			Updates(map[string]any{"answered_at": nil, "answered_by": nil, "feedback_id": nil}).Error; err != nil {
			return mapped(err)
		}
		if err := changed(tx.q(ctx).Where("id = ?", id).Delete(&Feedback{})); err != nil {
			return err
		}
		if err := tx.ForgetNotices(ctx, NoticeFeedback, id); err != nil {
			return err
		}
		facts, again := Facts{}, make([]uuid.UUID, len(answered))
		if len(answered) == 0 {
			facts["person"] = f.ToID
		}
		for i, a := range answered {
			again[i] = a.ID
			if !a.Private {
				facts["person"] = f.ToID
			}
		}
		if len(again) > 0 {
			if err := tx.passOwed(ctx, "o.id in @ids", map[string]any{"ids": again, "new": true}); err != nil {
				return err
			}
		}
		return tx.Audit(As(ctx, by), Deed{DidErase, OfFeedback, uuid.Nil, facts})
	})
}

// ownFeedback keeps to the feedback that by gave or got.
func ownFeedback(q *gorm.DB, by User) *gorm.DB {
	return q.Where("feedback.from_id = ? or feedback.to_id = ?", by.ID, by.ID)
}

// feedbackPage is how much feedback a page shows each way, besides what is not read yet.
const feedbackPage = 100

// FeedbackTo is what by was given, the newest first, with what it answers and what was said after it.
func (db *DB) FeedbackTo(ctx context.Context, by User) ([]Feedback, error) {
	return db.feedback(ctx, "feedback.to_id = ?", by.ID)
}

// FeedbackFrom is what by gave, the newest first, with what it answers and what was said after it.
func (db *DB) FeedbackFrom(ctx context.Context, by User) ([]Feedback, error) {
	return db.feedback(ctx, "feedback.from_id = ?", by.ID)
}

func (db *DB) feedback(ctx context.Context, whose string, id uuid.UUID) ([]Feedback, error) {
	var fs []Feedback
	err := db.q(ctx).Preload("From").Preload("To").Preload("Replies", func(q *gorm.DB) *gorm.DB { return q.Order("at, id") }).Preload("Replies.From").
		Where(whose, id).Where(`feedback.id in (?) or feedback.to_id = ? and feedback.read_at is null
			or exists (select from feedback_replies r where r.feedback_id = feedback.id and r.from_id <> ? and r.read_at is null)`,
		db.q(ctx).Model(&Feedback{}).Select("id").Where(whose, id).Order("at desc, id desc").Limit(feedbackPage), id, id).
		Order("at desc, id desc").Find(&fs).Error
	if err != nil {
		return nil, mapped(err)
	}
	return fs, db.readAbout(ctx, fs)
}

// OwnFeedback is feedback that by gave or got; ErrNotFound for everybody else.
func (db *DB) OwnFeedback(ctx context.Context, by User, id uuid.UUID) (Feedback, error) {
	var f Feedback
	err := ownFeedback(db.q(ctx), by).Where("feedback.id = ?", id).Take(&f).Error
	return f, mapped(err)
}

// lockFeedback is OwnFeedback, held until the transaction ends: whoever gave it may be taking it back.
func (db *DB) lockFeedback(ctx context.Context, by User, id uuid.UUID) (Feedback, error) {
	var f Feedback
	err := ownFeedback(db.q(ctx), by).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("feedback.id = ?", id).Take(&f).Error
	return f, mapped(err)
}

// UnreadFeedback is how much feedback, and how many replies, by has not had before them.
func (db *DB) UnreadFeedback(ctx context.Context, by User) (int, error) {
	var n int
	err := db.q(ctx).Raw(`select (select count(*) from feedback where to_id = @me and read_at is null) +
		(select count(*) from feedback_replies r join feedback f on f.id = r.feedback_id where r.from_id <> @me and r.read_at is null and (f.from_id = @me or f.to_id = @me))`,
		map[string]any{"me": by.ID}).Scan(&n).Error
	return n, mapped(err)
}

// ReadFeedback notes that by has that feedback, and what was replied to it, before them; of what they did not get nothing is noted.
func (db *DB) ReadFeedback(ctx context.Context, by User, shown []Feedback) error {
	var given, replied []uuid.UUID
	for _, f := range shown {
		if f.ToID == by.ID {
			given = append(given, f.ID)
		}
		for _, r := range f.Replies {
			if r.FromID != by.ID {
				replied = append(replied, r.ID)
			}
		}
	}
	return db.Tx(ctx, func(tx *DB) error {
		if err := tx.readGiven(ctx, by, given...); err != nil {
			return err
		}
		if len(replied) == 0 {
			return nil
		}
		err := tx.q(ctx).Model(&FeedbackReply{}).Where("id in ? and from_id <> ? and read_at is null and feedback_id in (?)", replied, by.ID,
			ownFeedback(tx.q(ctx).Model(&Feedback{}).Select("id"), by)).Update("read_at", tx.Now()).Error
		if err != nil {
			return mapped(err)
		}
		return tx.ReadNotices(ctx, by.ID, []string{NoticeFeedbackReply}, replied...)
	})
}

// readGiven notes that by has read that feedback to them: it is not taken back any more.
func (db *DB) readGiven(ctx context.Context, by User, ids ...uuid.UUID) error {
	if len(ids) == 0 {
		return nil
	}
	if err := db.q(ctx).Model(&Feedback{}).Where("id in ? and to_id = ? and read_at is null", ids, by.ID).Update("read_at", db.Now()).Error; err != nil {
		return mapped(err)
	}
	return db.ReadNotices(ctx, by.ID, []string{NoticeFeedback}, ids...)
}

// ReplyFeedback writes to the other of the two.
func (db *DB) ReplyFeedback(ctx context.Context, by User, id uuid.UUID, text string) (FeedbackReply, error) {
	r := FeedbackReply{ID: NewID(), FeedbackID: id, FromID: by.ID, Text: strings.TrimSpace(text), At: db.Now()}
	var bad ValidationErrors
	if checkFeedbackText(&bad, "reply", r.Text) && r.Text == "" {
		bad.Add("reply", "feedback.error.reply")
	}
	if err := bad.Err(); err != nil {
		return r, err
	}
	return r, db.Tx(ctx, func(tx *DB) error {
		f, err := tx.lockFeedback(ctx, by, id)
		if err != nil {
			return err
		}
		if err := tx.readGiven(ctx, by, id); err != nil {
			return err
		}
		if err := tx.q(ctx).Omit(clause.Associations).Create(&r).Error; err != nil {
			return mapped(err)
		}
		to := f.FromID
		if to == by.ID {
			to = f.ToID
		}
		return tx.Notify(ctx, Notice{UserID: to, Kind: NoticeFeedbackReply, About: r.ID, ActorID: by.ref()})
	})
}

// FeedbackHelped notes that feedback helped who got it, or takes that back.
func (db *DB) FeedbackHelped(ctx context.Context, by User, id uuid.UUID, on bool) error {
	return db.markFeedback(ctx, by, id, "helped_at", on, FeedbackKinds)
}

// RemovePraise takes praise off the wall of thanks, as when it hurts somebody; the two go on reading it, and nobody puts it there again.
func (db *DB) RemovePraise(ctx context.Context, by User, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		var f Feedback
		err := tx.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id = ? and kind = ? and agreed_at is not null", id, FeedbackPraise).Take(&f).Error
		if err != nil {
			return mapped(err)
		}
		if err := changed(tx.q(ctx).Model(&Feedback{}).Where("id = ?", id).Updates(map[string]any{"agreed_at": nil, "removed_at": tx.Now()})); err != nil {
			return err
		}
		return tx.Audit(As(ctx, by), Deed{DidErase, OfThanks, uuid.Nil, Facts{"person": f.ToID}}) // no way to it
	})
}

// AgreeToPraise lets others read praise that by was given, on the wall of thanks, or takes that back: it is gone from there at once. What HR
// took off the wall does not come back.
func (db *DB) AgreeToPraise(ctx context.Context, by User, id uuid.UUID, on bool) error {
	return db.markFeedback(ctx, by, id, "agreed_at", on, Words{FeedbackPraise})
}

func (db *DB) markFeedback(ctx context.Context, by User, id uuid.UUID, column string, on bool, kinds Words) error {
	var at *time.Time
	if on {
		now := db.Now()
		at = &now
	}
	return db.Tx(ctx, func(tx *DB) error {
		err := changed(tx.q(ctx).Model(&Feedback{}).Where("id = ? and to_id = ? and kind in ?", id, by.ID, []string(kinds)).
			Where("? <> 'agreed_at' or ? or removed_at is null", column, !on).Update(column, at))
		if err != nil {
			return err
		}
		return tx.readGiven(ctx, by, id)
	})
}

// FeedbackReceivers are those whom by may give feedback unasked, by name: their leader, the leaders of jobs that they did something for,
// HR, and those who gave them any.
func (db *DB) FeedbackReceivers(ctx context.Context, by User) ([]User, error) {
	var us []User
	err := db.q(ctx).Where(`deactivated_at is null and id <> @me and (
		role in @hr
		or id in (select t.leader_id from users u join teams t on t.id = u.team_id where u.id = @me)
		or id in (select j.leader_id from jobs j join owed o on o.job_id = j.id where o.user_id = @me)
		or id in (select from_id from feedback where to_id = @me))`, map[string]any{"me": by.ID, "hr": []string{RoleHR, RoleAdmin}}).
		Order(`name collate "nb-x-icu", id`).Find(&us).Error
	return us, mapped(err)
}

// Praise is praise that its receiver lets others read.
type Praise struct {
	ID       uuid.UUID
	Text     string
	From     string // empty: who gave it has left
	To       string
	ToID     uuid.UUID
	At       time.Time
	AgreedAt time.Time
}

// SharedPraise is the praise that its receivers let everybody in the house read, lately agreed first. Who has left is shown no more.
func (db *DB) SharedPraise(ctx context.Context, limit int) ([]Praise, error) {
	var ps []Praise
	err := db.q(ctx).Raw(`select f.id, f.text, case when g.deactivated_at is null then g.name else '' end as from, r.name as to, f.to_id, f.at, f.agreed_at
		from feedback f join users g on g.id = f.from_id join users r on r.id = f.to_id
		where f.kind = ? and f.agreed_at is not null and r.deactivated_at is null order by f.agreed_at desc, f.id desc limit ?`, FeedbackPraise, limit).Scan(&ps).Error
	return ps, mapped(err)
}
