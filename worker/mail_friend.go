package worker

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"kollega/internal/mail"
	"kollega/models"
)

// friend asks somebody whom a colleague knows, or tells one who said yes that the job is there. A mail that reaches nobody is the end of
// the invitation, and so is the one about the job: nothing more is stored.
func (w *sendMail) friend(ctx context.Context, kind string, id uuid.UUID) error {
	f, q, err := w.deps.DB.Friend(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	m, err := w.friendMail(ctx, kind, f, q)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err == nil {
		err = w.deps.Mail.Send(ctx, m)
	}
	switch {
	case mail.IsPermanent(err):
		return river.JobCancel(errors.Join(err, w.deps.DB.ForgetFriend(ctx, id)))
	case err == nil && kind == models.MailFriendJob:
		return w.deps.DB.ForgetFriend(ctx, id)
	}
	return err
}

// friendMail says who gave the address, and why; the link's secret is nowhere but in the mail.
func (w *sendMail) friendMail(ctx context.Context, kind string, f models.Friend, q models.Question) (mail.Message, error) {
	house, err := w.house(ctx)
	if err != nil {
		return mail.Message{}, err
	}
	p := w.deps.Texts.For(f.Language)
	words := []any{"To", f.Name, "Name", f.Answer.User.Name, "House", house.Name, "Title", q.Title, "Until", p.Date(f.Until.Local())}
	key, path := "mail.friend", "/invited/"
	if kind == models.MailFriendJob {
		key = "mail.friend_job"
		path, err = w.deps.DB.FriendPath(ctx, f, q)
		if err == nil && path == "" { // closed meanwhile: the invitation stands until its time is over
			err = models.ErrNotFound
		}
	} else {
		if f.AcceptedAt != nil || !q.Open() || q.Over(w.deps.DB.Now()) || !f.Answer.User.Active() {
			return mail.Message{}, models.ErrNotFound
		}
		var token string
		token, err = w.deps.DB.NewFriendToken(ctx, f.ID)
		path += token
	}
	if err != nil {
		return mail.Message{}, err
	}
	return w.compose(p, house, key, key+".foot", path+"?lang="+p.Lang(), words).Message(f.Name, f.Email)
}
