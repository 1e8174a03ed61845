package worker

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"kollega/internal/i18n"
	"kollega/internal/mail"
	"kollega/models"
)

// mention tells somebody that a colleague named them in a note: who, and about which job. What the note says, and whom it is about, stays
// in the house.
func (w *sendMail) mention(ctx context.Context, note, to uuid.UUID) (mail.Message, error) {
	u, house, err := w.wanting(ctx, to, models.NoticeNoteMention)
	if err != nil {
		return mail.Message{}, err
	}
	m, err := w.deps.DB.MentionToMail(ctx, u, note)
	if err != nil {
		return mail.Message{}, err
	}
	by := house.Name
	if m.Note.User != nil {
		by = m.Note.User.Name
	}
	t := w.deps.Texts.For(cmp.Or(u.Language, house.Language, i18n.Default))
	words := []any{"To", u.Name, "Name", by, "Title", m.Note.Application.Job.Title}
	path := u.Desk() + "/applications/" + m.Note.ApplicationID.String() + "#notes"
	return w.aboutNotice(ctx, t, u, models.NoticeNoteMention, w.compose(t, house, "mail.mention", "mail.mention.foot", path, words))
}
