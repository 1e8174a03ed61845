package models

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// InterestInput is what a colleague says who is interested themselves, and who may read it.
type InterestInput struct {
	Words  string
	Asker  bool   // whoever asks may read it
	Others string // other colleagues who may: names or addresses, one on a line
}

// AnswerMe says that by is interested. It is seen by those whom they choose, and by nobody else; said again, it takes the earlier one's place.
func (db *DB) AnswerMe(ctx context.Context, by User, question uuid.UUID, in InterestInput) error {
	words := cleanText(in.Words)
	return db.answerQuestion(ctx, by, question, func(tx *DB, q Question) error {
		var bad ValidationErrors
		bad.words("me_words", words, MaxAnswerWords)
		readers, err := tx.readersOf(ctx, by, q, in, &bad)
		if err != nil {
			return err
		}
		if err := bad.Err(); err != nil {
			return err
		}
		var before []Answer
		err = tx.q(ctx).Where("question_id = ? and user_id = ? and kind = ? and withdrawn_at is null", q.ID, by.ID, AnswerMe).Find(&before).Error
		if err != nil {
			return mapped(err)
		}
		for _, a := range before {
			if err := tx.takeBackAnswer(ctx, a); err != nil {
				return err
			}
		}
		return tx.addAnswer(ctx, by, q, Answer{Kind: AnswerMe, Words: words}, readers)
	})
}

// readersOf are the people who may read an interest, whoever asks first.
func (db *DB) readersOf(ctx context.Context, by User, q Question, in InterestInput, bad *ValidationErrors) ([]uuid.UUID, error) {
	var readers []uuid.UUID
	if in.Asker {
		readers = append(readers, q.UserID)
	}
	for line := range strings.FieldsFuncSeq(in.Others, func(r rune) bool { return r == '\n' || r == ',' || r == ';' }) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		u, key, err := db.colleague(ctx, line)
		if err != nil {
			return nil, err
		}
		if key == "" {
			if key, err = db.outside(ctx, q, u); err != nil {
				return nil, err
			}
		}
		switch {
		case key != "":
			bad.Add("me_others", key, "Name", tidy(line))
		case u.ID == by.ID:
			bad.Add("me_others", "answer.error.yourself")
		case !slices.Contains(readers, u.ID):
			readers = append(readers, u.ID)
		}
	}
	switch {
	case len(readers) > maxReaders:
		bad.Add("me_others", "answer.error.readers", "Max", maxReaders)
	case len(readers) == 0 && len(*bad) == 0:
		bad.Add("me_others", "answer.error.nobody")
	}
	return readers, nil
}

// colleague is whom a name or an address means; key says why nobody is meant.
func (db *DB) colleague(ctx context.Context, who string) (u User, key string, err error) {
	who = tidy(who)
	if who == "" || !storable(who) {
		return u, "answer.error.unknown", nil
	}
	var found []User
	err = db.q(ctx).Where(`deactivated_at is null and (email_key = ? or lower(name collate "nb-x-icu") = lower(? collate "nb-x-icu"))`, EmailKey(who), who).Order("id").Limit(2).Find(&found).Error
	switch {
	case err != nil:
		return u, "", mapped(err)
	case len(found) == 0:
		return u, "answer.error.unknown", nil
	case len(found) > 1:
		return u, "answer.error.several", nil
	}
	return found[0], "", nil
}

// outside says why a colleague can have no part in a question: it is put to closed groups alone, and they are in none of them.
func (db *DB) outside(ctx context.Context, q Question, u User) (key string, err error) {
	if !q.Inside || u.ID == q.UserID {
		return "", nil
	}
	var in int64
	err = db.q(ctx).Model(&Member{}).Where("user_id = ? and group_id in (select group_id from question_places where question_id = ?)", u.ID, q.ID).Count(&in).Error
	if err == nil && in == 0 {
		key = "answer.error.outside"
	}
	return key, mapped(err)
}

// AnswerLink says that by knows somebody, and gives them the personal link of that channel to pass on. The job must be open.
func (db *DB) AnswerLink(ctx context.Context, by User, question uuid.UUID, channel, words string) (link Link, err error) {
	words = cleanText(words)
	err = db.answerQuestion(ctx, by, question, func(tx *DB, q Question) error {
		var bad ValidationErrors
		bad.words("friend_words", words, MaxAnswerWords)
		if err := bad.Err(); err != nil {
			return err
		}
		if q.JobID == nil {
			return &ConflictError{Key: "question.conflict.no_job"}
		}
		if link, _, err = tx.MakeLink(ctx, by, by.ID, *q.JobID, channel); err != nil {
			return err
		}
		var n int64
		if err := tx.q(ctx).Model(&Answer{}).Where("question_id = ? and link_id = ? and withdrawn_at is null", q.ID, link.ID).Count(&n).Error; err != nil || n > 0 {
			return mapped(err) // the same link again is the same answer
		}
		return tx.addAnswer(ctx, by, q, Answer{Kind: AnswerFriend, Words: words, LinkID: &link.ID}, nil)
	})
	return link, err
}

// AnswerColleague names a colleague to ask, who is told by whom.
func (db *DB) AnswerColleague(ctx context.Context, by User, question uuid.UUID, who, words string) (named User, err error) {
	words = cleanText(words)
	err = db.answerQuestion(ctx, by, question, func(tx *DB, q Question) error {
		var bad ValidationErrors
		bad.words("colleague_words", words, MaxAnswerWords)
		u, key, err := tx.colleague(ctx, who)
		if err == nil && key == "" {
			key, err = tx.outside(ctx, q, u)
		}
		if err != nil {
			return err
		}
		switch {
		case key != "":
			bad.Add("colleague", key, "Name", tidy(who))
		case u.ID == by.ID:
			bad.Add("colleague", "answer.error.yourself")
		case u.ID == q.UserID:
			bad.Add("colleague", "answer.error.asker")
		}
		if err := bad.Err(); err != nil {
			return err
		}
		named = u
		var n int64
		err = tx.q(ctx).Model(&Answer{}).Where("question_id = ? and user_id = ? and named_id = ? and withdrawn_at is null", q.ID, by.ID, u.ID).Count(&n).Error
		if err != nil || n > 0 {
			return mapped(err)
		}
		return tx.addAnswer(ctx, by, q, Answer{Kind: AnswerColleague, Words: words, NamedID: &u.ID}, nil)
	})
	return named, err
}

// answerQuestion runs fn for an open question that by may see, held until the transaction ends. One's own is not answered.
func (db *DB) answerQuestion(ctx context.Context, by User, id uuid.UUID, fn func(tx *DB, q Question) error) error {
	return db.Tx(ctx, func(tx *DB) error {
		q, err := tx.lockQuestion(ctx, by, id)
		switch {
		case err != nil:
			return err
		case q.UserID == by.ID:
			return &ConflictError{Key: "question.conflict.own"}
		case !q.Open():
			return &ConflictError{Key: "question.conflict.closed"}
		}
		return fn(tx, q)
	})
}

// addAnswer writes an answer down, tells those who may read it, and owes its author one: from whoever asks, or of an interest
// that they may not read from the first who may.
func (db *DB) addAnswer(ctx context.Context, by User, q Question, a Answer, readers []uuid.UUID) error {
	if a.ID == uuid.Nil {
		a.ID = NewID()
	}
	a.QuestionID, a.UserID, a.CreatedAt = q.ID, by.ID, db.Now()
	if err := db.q(ctx).Omit(clause.Associations).Create(&a).Error; err != nil {
		return fmt.Errorf("answer: %w", mapped(err))
	}
	for _, id := range readers {
		if err := db.q(ctx).Exec("insert into answer_readers (answer_id, user_id) values (?, ?)", a.ID, id).Error; err != nil {
			return fmt.Errorf("answer: %w", mapped(err))
		}
	}
	told := readers
	if a.Kind != AnswerMe {
		told = []uuid.UUID{q.UserID}
	}
	ower := told[0]
	if err := db.Owe(ctx, Owed{UserID: by.ID, Kind: OwedAnswer, About: a.ID, JobID: q.JobID, OwerID: &ower, Private: a.Kind == AnswerMe || q.Inside}); err != nil {
		return err
	}
	if err := db.tellOf(ctx, told, Notice{Kind: NoticeQuestionAnswer, About: a.ID, ActorID: &by.ID, JobID: q.JobID}); err != nil {
		return err
	}
	if a.NamedID != nil {
		if err := db.Notify(ctx, Notice{UserID: *a.NamedID, Kind: NoticeNamed, About: a.ID, ActorID: &by.ID, JobID: q.JobID}); err != nil {
			return err
		}
		told = append(told, *a.NamedID)
	}
	return db.tellLive(ctx, q.ID, append(told, by.ID)...)
}

// WithdrawAnswer takes one's own answer back: what was written, who may read it and whom it invited go.
func (db *DB) WithdrawAnswer(ctx context.Context, by User, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		var a Answer
		err := tx.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
			Where("id = ? and user_id = ? and withdrawn_at is null", id, by.ID).Take(&a).Error
		if err != nil {
			return mapped(err)
		}
		return tx.takeBackAnswer(ctx, a)
	})
}

func (db *DB) takeBackAnswer(ctx context.Context, a Answer) error {
	if err := db.forgetFriends(ctx, "answer_id = ?", a.ID); err != nil {
		return err
	}
	if err := db.EndOwed(ctx, OwedAnswer, a.ID); err != nil {
		return err
	}
	var readers []uuid.UUID
	if err := db.q(ctx).Raw("delete from answer_readers where answer_id = ? returning user_id", a.ID).Scan(&readers).Error; err != nil {
		return mapped(err)
	}
	if err := changed(db.q(ctx).Model(&Answer{}).Where("id = ?", a.ID).Updates(map[string]any{"words": "", "withdrawn_at": db.Now()})); err != nil {
		return err
	}
	return db.tellLive(ctx, a.QuestionID, append(readers, a.UserID)...)
}

// endQuestion closes a question that nobody is left for.
func (db *DB) endQuestion(ctx context.Context, id uuid.UUID) error {
	if err := db.endInvitations(ctx, id); err != nil {
		return err
	}
	if err := db.q(ctx).Model(&Question{}).Where("id = ?", id).Updates(map[string]any{"closed_at": db.Now(), "updated_at": db.Now()}).Error; err != nil {
		return mapped(err)
	}
	return db.tellFeeds(ctx, id)
}

// leaveQuestions is what becomes of a colleague's part in questions when they leave: what they asked is closed, what they were interested
// in themselves and whom they had invited is forgotten; the rest stays.
func (db *DB) leaveQuestions(ctx context.Context, id uuid.UUID) error {
	var asked []uuid.UUID
	if err := db.q(ctx).Model(&Question{}).Where("user_id = ? and closed_at is null", id).Pluck("id", &asked).Error; err != nil {
		return mapped(err)
	}
	for _, q := range asked {
		if err := db.endQuestion(ctx, q); err != nil {
			return err
		}
	}
	var own []Answer
	if err := db.q(ctx).Where("user_id = ? and kind = ? and withdrawn_at is null", id, AnswerMe).Find(&own).Error; err != nil {
		return mapped(err)
	}
	for _, a := range own {
		if err := db.takeBackAnswer(ctx, a); err != nil {
			return err
		}
	}
	return db.forgetFriends(ctx, "accepted_at is null and answer_id in (select id from answers where user_id = ?)", id)
}
