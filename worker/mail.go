package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"kollega/internal/mail"
	"kollega/models"
)

// sendMail sends one mail. What it says is put together now: the newest words, and no secret ever waits in the queue.
type sendMail struct {
	river.WorkerDefaults[models.SendMail]

	deps Deps
}

// Timeout is long enough for a slow mail server.
func (w *sendMail) Timeout(*river.Job[models.SendMail]) time.Duration { return 2 * time.Minute }

// Work sends the mail; a mail that nobody should get any more is done with.
func (w *sendMail) Work(ctx context.Context, job *river.Job[models.SendMail]) error {
	switch job.Args.Mail {
	case models.MailLetter:
		return w.toCandidate(ctx, job.Args.ID, job.Attempt >= job.MaxAttempts)
	case models.MailReminder:
		return w.reminder(ctx, job.Args.ID)
	case models.MailNotices:
		return w.notices(ctx, job.Args.ID)
	case models.MailFriend, models.MailFriendJob:
		return w.friend(ctx, job.Args.Mail, job.Args.ID)
	}
	m, err := w.write(ctx, job.Args)
	if errors.Is(err, models.ErrNotFound) { // the person or the reason is gone
		return nil
	}
	if err != nil {
		return fmt.Errorf("write %s mail: %w", job.Args.Mail, err)
	}
	err = w.deps.Mail.Send(ctx, m)
	if mail.IsPermanent(err) {
		return river.JobCancel(err)
	}
	if err == nil && job.Args.Mail == models.MailMention {
		return w.deps.DB.MentionMailed(ctx, job.Args.To, job.Args.ID)
	}
	return err
}

// write puts the mail together; ErrNotFound when there is nobody to get it.
func (w *sendMail) write(ctx context.Context, args models.SendMail) (mail.Message, error) {
	switch args.Mail {
	case models.MailInvite:
		return w.invite(ctx, args.ID)
	case models.MailReset:
		return w.reset(ctx, args.ID)
	case models.MailProposed:
		return w.proposed(ctx, args.ID, args.To)
	case models.MailProposalsWait:
		return w.proposalsWait(ctx, args.To)
	case models.MailDecided:
		return w.decided(ctx, args.ID)
	case models.MailMention:
		return w.mention(ctx, args.ID, args.To)
	case models.MailStay:
		return w.stay(ctx, args.ID, args.To)
	}
	return mail.Message{}, fmt.Errorf("unknown mail %q", args.Mail)
}

// invite asks a person to join; it ends an older invitation.
func (w *sendMail) invite(ctx context.Context, id uuid.UUID) (mail.Message, error) {
	u, house, err := w.invited(ctx, id)
	if err != nil {
		return mail.Message{}, err
	}
	if u.JoinedAt != nil {
		return mail.Message{}, models.ErrNotFound
	}
	token, expires, err := w.deps.DB.NewUserToken(ctx, id, models.PurposeInvite)
	if err != nil {
		return mail.Message{}, err
	}
	return w.letter(u, house, "mail.invite", "/invite/"+token, expires)
}

// reset lets a person choose a new password; it ends an older link.
func (w *sendMail) reset(ctx context.Context, id uuid.UUID) (mail.Message, error) {
	u, house, err := w.receiver(ctx, id)
	if err != nil {
		return mail.Message{}, err
	}
	token, expires, err := w.deps.DB.NewUserToken(ctx, id, models.PurposeReset)
	if err != nil {
		return mail.Message{}, err
	}
	return w.letter(u, house, "mail.reset", "/reset/"+token, expires)
}

// wanting is the receiver of a mail about a kind of notice, who wants mails about it.
func (w *sendMail) wanting(ctx context.Context, id uuid.UUID, kind string) (models.User, models.Organisation, error) {
	u, house, err := w.receiver(ctx, id)
	if err != nil {
		return u, house, err
	}
	wants, err := w.deps.DB.WantsMail(ctx, u, kind)
	if err == nil && !wants {
		err = models.ErrNotFound
	}
	return u, house, err
}

// receiver is the person, who must still work here, have joined and have an address, with the house. Who has not joined yet gets the invitation
// alone.
func (w *sendMail) receiver(ctx context.Context, id uuid.UUID) (models.User, models.Organisation, error) {
	u, house, err := w.invited(ctx, id)
	if err == nil && u.JoinedAt == nil {
		err = models.ErrNotFound
	}
	return u, house, err
}

// invited is the person, who must still work here and have an address, whether they have joined or not, with the house.
func (w *sendMail) invited(ctx context.Context, id uuid.UUID) (models.User, models.Organisation, error) {
	u, err := w.deps.DB.User(ctx, id)
	if err != nil {
		return u, models.Organisation{}, err
	}
	if !u.Active() || !u.HasEmail() {
		return u, models.Organisation{}, models.ErrNotFound
	}
	house, err := w.house(ctx)
	return u, house, err
}

// house is the organisation, also before its set-up: people may be added on the command line.
func (w *sendMail) house(ctx context.Context) (models.Organisation, error) {
	house, err := w.deps.DB.Organisation(ctx)
	if errors.Is(err, models.ErrNotFound) {
		return models.Organisation{Name: "Kollega"}, nil
	}
	return house, err
}
