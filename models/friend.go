package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"kollega/internal/auth"
)

const (
	// InvitationDays is how long the name and address of an invited friend are stored who does not answer.
	InvitationDays = 14
	// InterestDays is how long those of one are stored who said yes, where no job comes of the question.
	InterestDays = 90

	maxInvitations = 10 // of one colleague in a day
	maxToFriend    = 2  // to one address in InvitationDays, whoever asks
)

// Friend is somebody whom a colleague had invited. The row is all that is stored of them.
type Friend struct {
	ID         uuid.UUID
	AnswerID   uuid.UUID
	Name       string
	Email      string
	Language   string
	Token      []byte    // hash of the mailed link's secret; nil before it is mailed
	Until      time.Time // forgotten then
	AcceptedAt *time.Time
	Words      string // to whoever asks
	CreatedAt  time.Time

	Answer *Answer `gorm:"foreignKey:AnswerID"`
}

// FriendInput is whom a colleague wants invited.
type FriendInput struct {
	Name, Email, Language string
	Words                 string // of the colleague, to whoever asks
}

// AnswerInvite says that by knows somebody, who is asked by mail. Their name and address are stored until they say no or InvitationDays
// have gone by, unless they say yes. Where the job is open by gives them a link instead.
func (db *DB) AnswerInvite(ctx context.Context, by User, question uuid.UUID, in FriendInput) error {
	in.Name, in.Email, in.Words = tidy(in.Name), EmailKey(in.Email), cleanText(in.Words)
	return db.answerQuestion(ctx, by, question, func(tx *DB, q Question) error {
		if err := tx.checkFriend(ctx, q, in); err != nil {
			return err
		}
		if err := tx.boundInvitations(ctx, by, in.Email); err != nil {
			return err
		}
		until := tx.Now().AddDate(0, 0, InvitationDays)
		a := Answer{ID: NewID(), Kind: AnswerFriend, Words: in.Words, InvitedUntil: &until}
		if err := tx.addAnswer(ctx, by, q, a, nil); err != nil {
			return err
		}
		f := Friend{ID: NewID(), AnswerID: a.ID, Name: in.Name, Email: in.Email, Language: in.Language, Until: until, CreatedAt: tx.Now()}
		if err := tx.q(ctx).Omit(clause.Associations).Create(&f).Error; err != nil {
			return fmt.Errorf("invite a friend: %w", mapped(err))
		}
		return tx.enqueue(ctx, SendMail{Mail: MailFriend, ID: f.ID}, nil)
	})
}

func (db *DB) checkFriend(ctx context.Context, q Question, in FriendInput) error {
	var bad ValidationErrors
	if in.Name == "" {
		bad.Add("friend_name", "error.required")
	}
	bad.words("friend_name", in.Name, maxName)
	if CheckEmail(in.Email) != nil {
		bad.Add("friend_email", "error.email")
	} else if _, err := db.UserByEmail(ctx, in.Email); err == nil {
		bad.Add("friend_email", "answer.error.colleague")
	} else if !errors.Is(err, ErrNotFound) {
		return err
	}
	if !Languages.Has(in.Language) {
		bad.Add("friend_language", "error.choose")
	}
	bad.words("friend_words", in.Words, MaxAnswerWords)
	if err := bad.Err(); err != nil || q.JobID == nil {
		return err
	}
	job, err := db.Job(ctx, *q.JobID)
	if err != nil {
		return err
	}
	if q.Job = &job; q.Over(db.Now()) {
		return &ConflictError{Key: "question.job.over"}
	}
	if job.Open(db.Now()) {
		return &ConflictError{Key: "question.conflict.link"}
	}
	return nil
}

// boundInvitations refuses an invitation to an address that was written to often lately, whoever asked, and one of a colleague who has
// sent many today. What was forgotten or taken back counts as well.
func (db *DB) boundInvitations(ctx context.Context, by User, email string) error {
	mark, err := db.addressMark(ctx, email)
	if err != nil {
		return err
	}
	// The address first, then the colleague: of two who invite at once one waits.
	for _, lock := range []string{"kollega invitation " + email, "kollega invitations " + by.ID.String()} {
		if err := db.q(ctx).Exec("select pg_advisory_xact_lock(hashtext(?))", lock).Error; err != nil {
			return mapped(err)
		}
	}
	var n struct{ Friend, Colleague int }
	err = db.q(ctx).Raw(`select (select count(*) from friends where email = @email and created_at > @fortnight)
			+ (select count(*) from friend_marks where mark = @mark and at > @fortnight) as friend,
		(select count(*) from answers where user_id = @by and invited_until is not null and created_at > @day) as colleague`,
		map[string]any{"email": email, "mark": mark, "by": by.ID, "fortnight": db.Now().AddDate(0, 0, -InvitationDays), "day": db.Now().AddDate(0, 0, -1)}).Scan(&n).Error
	switch {
	case err != nil:
		return mapped(err)
	case n.Friend >= maxToFriend:
		return ValidationErrors{Invalid("friend_email", "answer.error.invited")}
	case n.Colleague >= maxInvitations:
		return ValidationErrors{Invalid("friend_email", "answer.error.invitations", "Max", maxInvitations)}
	}
	return nil
}

// Friend is an invitation that still holds, with the question and who had it sent; ErrNotFound once it is forgotten or over.
func (db *DB) Friend(ctx context.Context, id uuid.UUID) (Friend, Question, error) {
	return db.friend(ctx, "id = ?", id)
}

// FriendByToken is the invitation that a mailed link is about.
func (db *DB) FriendByToken(ctx context.Context, token string) (Friend, Question, error) {
	return db.friend(ctx, "token = ?", auth.HashToken(token))
}

func (db *DB) friend(ctx context.Context, where string, value any) (f Friend, q Question, err error) {
	if err := db.q(ctx).Preload("Answer.User").Where("until > ?", db.Now()).Where(where, value).Take(&f).Error; err != nil {
		return f, q, mapped(err)
	}
	err = db.q(ctx).Preload("User").Preload("Job").Where("id = ?", f.Answer.QuestionID).Take(&q).Error
	return f, q, mapped(err)
}

// NewFriendToken makes the secret of an invitation's link; an earlier one stops working.
func (db *DB) NewFriendToken(ctx context.Context, id uuid.UUID) (string, error) {
	token := auth.NewToken()
	return token, changed(db.q(ctx).Model(&Friend{}).Where("id = ?", id).Update("token", auth.HashToken(token)))
}

// AcceptFriend says yes to an invitation, which the colleague is told where the friend ticks that. Where the job is open the friend goes
// on to the colleague's link, which is answered, and nothing is stored any more; else whoever asks, and HR, may read who they are until the
// job is there, for InterestDays at most.
func (db *DB) AcceptFriend(ctx context.Context, token, words string, tell bool) (path string, err error) {
	words = cleanText(words)
	var bad ValidationErrors
	bad.words("words", words, MaxAnswerWords)
	if err := bad.Err(); err != nil {
		return "", err
	}
	err = db.Tx(ctx, func(tx *DB) error {
		f, q, err := tx.FriendByToken(ctx, token)
		if err != nil {
			return err
		}
		if path, err = tx.FriendPath(ctx, f, q); err != nil {
			return err
		}
		switch {
		case path != "":
		case !q.Open():
			return &ConflictError{Key: "question.conflict.closed"}
		case q.Over(tx.Now()):
			return &ConflictError{Key: "question.job.over"}
		}
		if tell {
			if err := tx.tellInviter(ctx, f, q); err != nil {
				return err
			}
		}
		if path != "" {
			return tx.forgetFriends(ctx, "id = ?", f.ID)
		}
		now := tx.Now()
		if err := changed(tx.q(ctx).Model(&Friend{}).Where("id = ?", f.ID).
			Updates(map[string]any{"accepted_at": now, "until": now.AddDate(0, 0, InterestDays), "words": words})); err != nil {
			return err
		}
		if err := tx.Notify(ctx, Notice{UserID: q.UserID, Kind: NoticeFriendJoined, About: f.AnswerID, JobID: q.JobID}); err != nil {
			return err
		}
		return tx.tellLive(ctx, q.ID, q.UserID)
	})
	return path, err
}

// tellInviter lets the colleague know that the friend said yes. Whose yes is said again, tells nothing new.
func (db *DB) tellInviter(ctx context.Context, f Friend, q Question) error {
	res := db.q(ctx).Model(&Answer{}).Where("id = ? and not joined", f.AnswerID).Update("joined", true)
	if res.Error != nil || res.RowsAffected == 0 {
		return mapped(res.Error)
	}
	if err := db.Notify(ctx, Notice{UserID: f.Answer.UserID, Kind: NoticeFriendJoined, About: f.AnswerID, JobID: q.JobID}); err != nil {
		return err
	}
	return db.tellLive(ctx, q.ID, f.Answer.UserID)
}

// FriendPath is where an invited friend comes to the job: by the colleague's link, see linksForFriends. It is empty while the job is not
// open.
func (db *DB) FriendPath(ctx context.Context, f Friend, q Question) (string, error) {
	if q.Job == nil || !q.Job.Open(db.Now()) {
		return "", nil
	}
	var links []Link
	err := db.q(ctx).Where("user_id = ? and job_id = ? and channel = ? and disabled_at is null", f.Answer.UserID, q.Job.ID, friendChannel).Limit(1).Find(&links).Error
	if err != nil || len(links) == 0 || !f.Answer.User.Active() {
		return "/jobs/" + q.Job.Slug, mapped(err)
	}
	return links[0].Path(), nil
}

// friendChannel is that of the links by which invited friends come to a job.
const friendChannel = "email"

// linksForFriends makes the links of those who had somebody invited to a question, when its job is out: all of them, so that nobody sees
// from theirs what their friend answered. A link that nobody asked for is no share that is owed an answer.
func (db *DB) linksForFriends(ctx context.Context, question, job uuid.UUID) error {
	var people []uuid.UUID
	err := db.q(ctx).Raw(`select distinct a.user_id from answers a join users u on u.id = a.user_id and u.deactivated_at is null
		where a.question_id = ? and a.invited_until is not null and a.withdrawn_at is null order by a.user_id`, question).Scan(&people).Error
	if err != nil {
		return mapped(err)
	}
	for _, id := range people {
		if _, err := db.insertLink(ctx, User{}, Link{ID: NewID(), UserID: id, JobID: job, Channel: friendChannel, CreatedAt: db.Now()}); err != nil {
			return err
		}
	}
	return nil
}

// DeclineFriend says no to an invitation, or takes a yes back: whoever was invited is forgotten at once. Nobody is told.
func (db *DB) DeclineFriend(ctx context.Context, token string) error {
	return db.Tx(ctx, func(tx *DB) error {
		f, _, err := tx.FriendByToken(ctx, token)
		if err != nil {
			return err
		}
		if err := tx.q(ctx).Model(&Answer{}).Where("id = ?", f.AnswerID).Update("joined", false).Error; err != nil {
			return mapped(err)
		}
		if err := tx.ForgetNotices(ctx, NoticeFriendJoined, f.AnswerID); err != nil {
			return err
		}
		return tx.forgetFriends(ctx, "id = ?", f.ID)
	})
}

// Friends are those who said yes to a question and may be written to, for whoever asks and HR; nobody else reads who they are.
func (db *DB) Friends(ctx context.Context, by User, q Question) ([]Friend, error) {
	if !q.Keeper(by) {
		return nil, nil
	}
	var fs []Friend
	err := db.q(ctx).Preload("Answer.User").Where("accepted_at is not null and until > ? and answer_id in (select id from answers where question_id = ?)", db.Now(), q.ID).
		Order("accepted_at, id").Find(&fs).Error
	return fs, mapped(err)
}

// ForgetFriend forgets an invited friend who was written to about the job, or whom no mail reaches.
func (db *DB) ForgetFriend(ctx context.Context, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error { return tx.forgetFriends(ctx, "id = ?", id) })
}

// ForgetFriends forgets the friends whose time is over, and those who have not answered for a job that takes no applications any more. It
// answers how many those were.
func (db *DB) ForgetFriends(ctx context.Context) (int, error) {
	const over = `until <= @now or accepted_at is null and answer_id in (select a.id from answers a join questions q on q.id = a.question_id
		join jobs j on j.id = q.job_id where j.status in ('closed', 'filled') or j.status = 'published' and j.deadline < @today)`
	var n int64
	err := db.Tx(ctx, func(tx *DB) error {
		value := map[string]any{"now": tx.Now(), "today": tx.today()}
		if err := tx.q(ctx).Model(&Friend{}).Where(over, value).Count(&n).Error; err != nil || n == 0 {
			return mapped(err)
		}
		return tx.forgetFriends(ctx, over, value)
	})
	return int(n), err
}

// forgetUnanswered forgets those who were invited for a job that is over and have not said yes.
func (db *DB) forgetUnanswered(ctx context.Context, job uuid.UUID) error {
	return db.forgetFriends(ctx, "accepted_at is null and answer_id in (select a.id from answers a join questions q on q.id = a.question_id where q.job_id = ?)", job)
}

// endInvitations forgets those who were invited to a question and have not said yes; who did is kept two weeks more, so that they can
// be told.
func (db *DB) endInvitations(ctx context.Context, question uuid.UUID) error {
	if err := db.forgetFriends(ctx, "accepted_at is null and answer_id in (select id from answers where question_id = ?)", question); err != nil {
		return err
	}
	return mapped(db.q(ctx).Exec(`update friends set until = least(until, ?) where answer_id in (select id from answers where question_id = ?)`,
		db.Now().AddDate(0, 0, InvitationDays), question).Error)
}

// forgetFriends removes friends, and has their mails looked for that lie on a machine's disk.
func (db *DB) forgetFriends(ctx context.Context, where string, value any) error {
	var gone []struct{ Email string }
	if err := db.q(ctx).Raw("delete from friends where "+where+" returning email", value).Scan(&gone).Error; err != nil {
		return fmt.Errorf("forget friends: %w", mapped(err))
	}
	if len(gone) == 0 {
		return nil
	}
	for _, f := range gone {
		mark, err := db.addressMark(ctx, f.Email)
		if err != nil {
			return err
		}
		if err := db.q(ctx).Exec("insert into friend_marks (at, mark) values (?, ?)", db.Now(), mark).Error; err != nil {
			return fmt.Errorf("forget friends: %w", mapped(err))
		}
	}
	return db.enqueue(ctx, ForgetAddresses{}, nil)
}
