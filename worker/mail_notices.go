package worker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"kollega/internal/i18n"
	"kollega/internal/mail"
	"kollega/models"
	"kollega/storage"
)

// notices sends a mail about notices, or about what is worth sharing, with the rights of now, and notes what became of it.
func (w *sendMail) notices(ctx context.Context, id uuid.UUID) error {
	m, err := w.deps.DB.NoticeMailToSend(ctx, id)
	if errors.Is(err, models.ErrNotFound) { // it has gone, or there is nothing left to tell
		return nil
	}
	if err != nil {
		return err
	}
	house, err := w.house(ctx)
	if err != nil {
		return err
	}
	letter, err := w.noticeLetter(ctx, m, house)
	if err != nil {
		return err
	}
	message, err := letter.Message(m.User.Name, m.User.Email)
	if err == nil {
		err = w.deps.Mail.Send(ctx, message)
	}
	switch {
	case mail.IsPermanent(err):
		return river.JobCancel(errors.Join(err, w.deps.DB.NoticeMailDone(ctx, m, models.NoticeMailRefused)))
	case err != nil:
		return err
	}
	return w.deps.DB.NoticeMailDone(context.WithoutCancel(ctx), m, models.NoticeMailSent)
}

// noticeLetter is what the mail says: one notice by itself, several as a list. It holds the sentences that the page of notices shows, and no
// text that somebody wrote.
func (w *sendMail) noticeLetter(ctx context.Context, m models.NoticeMailing, house models.Organisation) (mail.Letter, error) {
	p := w.deps.Texts.For(cmp.Or(m.User.Language, house.Language, i18n.Default))
	key, path, words := "mail.notices_"+m.Kind, "/notices", []any{"To", m.User.Name, "House", house.Name}
	switch {
	case m.Kind == models.MailOfSharing:
		path = "/"
		words = append(words, "Jobs", p.N("mail.notices_sharing.jobs", len(m.Jobs)))
	case len(m.Notices)+m.More == 1:
		var err error
		if path, err = w.noticePath(ctx, m.UserID, m.Notices[0]); err != nil {
			return mail.Letter{}, err
		}
		key = "mail.notice"
		words = append(words, "Text", m.Notices[0].Say(p))
	default:
		words = append(words, "News", p.N("mail.notices.news", len(m.Notices)+m.More))
	}
	l := w.compose(p, house, key, "mail.notices.foot", path, words)
	l.ID = "notices-" + m.ID.String() // told to be the same where nobody knows whether it went
	if key != "mail.notice" {
		for _, n := range m.Notices {
			path, err := w.noticePath(ctx, m.UserID, n)
			if err != nil {
				return l, err
			}
			l.Items = append(l.Items, mail.Item{Text: n.Say(p), Link: w.deps.BaseURL.String() + path, Action: p.T("mail.notices.see")})
		}
	}
	if m.More > 0 {
		l.Items = append(l.Items, mail.Item{Text: p.N("mail.notices.more", m.More), Link: l.Link, Action: l.Action})
	}
	for _, j := range m.Jobs {
		item, err := w.worthSharing(ctx, p, j)
		if err != nil {
			return l, err
		}
		l.Items = append(l.Items, item)
	}
	kind := models.StopAll
	switch {
	case m.Kind == models.MailOfSharing:
		kind = models.MailOfSharing
	case m.Only() != "":
		kind = m.Only()
	}
	return l, w.waysOut(ctx, p, m.UserID, kind, &l)
}

// noticePath is where a notice in a mail leads. Who waits for an answer gets it by the link itself, without signing in.
func (w *sendMail) noticePath(ctx context.Context, userID uuid.UUID, n models.Notice) (string, error) {
	if n.Kind != models.NoticeOwed {
		return "/notices/" + n.ID.String(), nil
	}
	token, err := w.deps.DB.AnswerToken(ctx, n.About, userID)
	return "/answer/" + token, err
}

// aboutNotice is the mail of a letter about a notice of that kind.
func (w *sendMail) aboutNotice(ctx context.Context, p *i18n.Printer, u models.User, kind string, l mail.Letter) (mail.Message, error) {
	if err := w.waysOut(ctx, p, u.ID, kind, &l); err != nil {
		return mail.Message{}, err
	}
	return l.Message(u.Name, u.Email)
}

// waysOut adds how to get no more mails of a kind: for the mail program (RFC 2369, RFC 8058) and for the reader.
func (w *sendMail) waysOut(ctx context.Context, p *i18n.Printer, userID uuid.UUID, kind string, l *mail.Letter) error {
	base := w.deps.BaseURL.String()
	stop := func(kind string) (string, error) {
		token, err := w.deps.DB.NoticeStopToken(ctx, userID, kind)
		return base + "/notices/stop/" + token, err
	}
	one, err := stop(kind)
	if err != nil {
		return err
	}
	l.Headers = map[string]string{"List-Unsubscribe": "<" + one + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
	l.Ways = append(l.Ways, mail.Item{Link: base + "/settings/notices", Action: p.T("mail.notices.settings")})
	if kind != models.StopAll {
		name := p.T("notice.kind." + kind)
		l.Ways = append(l.Ways, mail.Item{Link: one + "?lang=" + p.Lang(), Action: p.T("mail.notices.stop", "Kind", name)})
	}
	all, err := stop(models.StopAll)
	l.Ways = append(l.Ways, mail.Item{Link: all + "?lang=" + p.Lang(), Action: p.T("mail.notices.stop_all")})
	return err
}

// maxPicture is the largest picture of a clip that goes with a mail, in bytes.
const maxPicture = 400 << 10

// worthSharing is a job with its clip's picture, and the way to one's own links. The picture goes with the mail: fetched from here it would
// tell who reads the mail and when, and would not be seen where the house is only reached from inside.
func (w *sendMail) worthSharing(ctx context.Context, p *i18n.Printer, j models.Job) (mail.Item, error) {
	item := mail.Item{Title: j.Title, Text: j.Location, Link: w.deps.BaseURL.String() + "/share/" + j.ID.String() + "?lang=" + p.Lang(), Action: p.T("mail.notices_sharing.share")}
	if len(j.Clips) == 0 || w.deps.Store == nil {
		return item, nil
	}
	file, ok := j.Clips[0].File("poster")
	if !ok || file.Size > maxPicture {
		return item, nil
	}
	object, err := w.deps.Store.Get(ctx, file.Key, "")
	if errors.Is(err, storage.ErrNotFound) { // the clip was made anew meanwhile: the mail goes without
		return item, nil
	}
	if err != nil {
		return item, fmt.Errorf("picture of clip %s: %w", j.Clips[0].ID, err)
	}
	defer object.Body.Close()
	data, err := io.ReadAll(io.LimitReader(object.Body, maxPicture))
	if err != nil {
		return item, fmt.Errorf("picture of clip %s: %w", j.Clips[0].ID, err)
	}
	item.Picture = &mail.Picture{Name: "clip-" + j.Clips[0].ID.String() + ".jpg", Type: cmp.Or(file.ContentType, "image/jpeg"), Data: data}
	return item, nil
}
