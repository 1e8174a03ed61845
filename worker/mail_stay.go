package worker

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"kollega/internal/i18n"
	"kollega/internal/mail"
	"kollega/models"
)

// stay asks somebody whether a colleague is still there, if nobody has answered. The mail names the job and the day, never the person: it
// stays in mailboxes after the person is erased.
func (w *sendMail) stay(ctx context.Context, id, to uuid.UUID) (mail.Message, error) {
	u, house, err := w.wanting(ctx, to, models.NoticeStay)
	if err != nil {
		return mail.Message{}, err
	}
	q, err := w.deps.DB.StayQuestion(ctx, u, id)
	if err == nil && q.AnsweredAt != nil {
		err = models.ErrNotFound
	}
	if err != nil {
		return mail.Message{}, err
	}
	token, err := w.deps.DB.StayToken(ctx, id, to)
	if err != nil {
		return mail.Message{}, err
	}
	t := w.deps.Texts.For(cmp.Or(u.Language, house.Language, i18n.Default))
	words := []any{"To", u.Name, "Job", q.JobTitle, "Date", t.Date(q.HiredAt.Local()), "After", t.N("stay.after", q.Months)}
	foot := "mail.stay.foot"
	if q.Leader == "" {
		foot = "mail.stay.foot_hr"
	}
	return w.aboutNotice(ctx, t, u, models.NoticeStay, w.compose(t, house, "mail.stay", foot, "/stays/"+token+"?lang="+t.Lang(), words))
}
