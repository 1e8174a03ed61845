package worker

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"kollega/internal/i18n"
	"kollega/internal/mail"
	"kollega/models"
)

// letter writes a mail to a person of the house: subject, text, action and foot are keys under key.
func (w *sendMail) letter(u models.User, house models.Organisation, key, path string, expires time.Time) (mail.Message, error) {
	p := w.deps.Texts.For(cmp.Or(u.Language, house.Language, i18n.Default))
	l := w.compose(p, house, key, key+".foot", path, []any{"Name", u.Name, "House", house.Name, "Until", p.DateTime(expires.Local())})
	return l.Message(u.Name, u.Email)
}

// compose writes a letter of the house; words are what its texts name, path is what its button opens.
func (w *sendMail) compose(p *i18n.Printer, house models.Organisation, key, foot, path string, words []any) mail.Letter {
	return mail.Letter{
		Lang: p.Lang(), House: house.Name, Subject: p.T(key+".subject", words...),
		Paragraphs: strings.Split(p.T(key+".text", words...), "\n\n"),
		Link:       w.deps.BaseURL.String() + path, Action: p.T(key+".action", words...),
		Instead: p.T("mail.instead"), Foot: p.T(foot, words...), Accent: cmp.Or(house.Accent, models.DefaultAccent),
	}
}

// toCandidate sends a letter to a candidate and writes down what became of it. The link to their page is made now, so that its secret is
// nowhere but in the mail; where the mail does not go, the link does not stay.
func (w *sendMail) toCandidate(ctx context.Context, id uuid.UUID, last bool) error {
	l, err := w.deps.DB.Letter(ctx, id)
	if errors.Is(err, models.ErrNotFound) || err == nil && l.State == models.LetterSent { // erased, or sent by a worker that was killed just then
		return nil
	}
	if err != nil {
		return err
	}
	token, err := w.deps.DB.NewCandidateToken(ctx, l.CandidateID)
	if err != nil {
		return err
	}
	m, err := w.candidateMail(ctx, l, token)
	if err == nil {
		err = w.deps.Mail.Send(ctx, m)
	}
	if err == nil {
		err = w.deps.DB.NoteLetter(ctx, id, models.LetterOutcome{State: models.LetterSent})
		if errors.Is(err, models.ErrNotFound) { // erased while it went
			return w.deps.forgetHere(ctx)
		}
		return err
	}
	return w.notSent(ctx, id, token, last, err)
}

// notSent writes down why a letter did not go, and passes on whether it is to be tried again.
func (w *sendMail) notSent(ctx context.Context, id uuid.UUID, token string, last bool, cause error) error {
	ctx = context.WithoutCancel(ctx)
	outcome := models.LetterOutcome{State: models.LetterQueued, Detail: cause.Error()}
	if failure, ok := errors.AsType[*mail.Error](cause); ok {
		outcome.Code = failure.Code
	}
	switch {
	case mail.IsPermanent(cause):
		outcome.State = models.LetterRefused
	case last:
		outcome.State = models.LetterFailed
	}
	err := w.deps.DB.NoteLetter(ctx, id, outcome)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	err = errors.Join(cause, err, w.deps.DB.DropCandidateToken(ctx, token))
	if outcome.State == models.LetterRefused {
		return river.JobCancel(err)
	}
	return err
}

// candidateMail is what a letter says, in the candidate's language and the house's words.
func (w *sendMail) candidateMail(ctx context.Context, l models.Letter, token string) (mail.Message, error) {
	house, err := w.house(ctx)
	if err != nil {
		return mail.Message{}, err
	}
	p := w.deps.Texts.For(cmp.Or(l.Candidate.Language, house.Language, i18n.Default))
	text, err := w.deps.DB.LetterText(ctx, p, l.Kind)
	if err != nil {
		return mail.Message{}, err
	}
	said := models.WriteLetter(p, house, text, l)
	said.Link = w.deps.BaseURL.String() + candidatePath(l.Kind, token)
	return said.Message(l.Candidate.Name, l.Candidate.Email)
}

// candidatePath is where the button of a letter leads.
func candidatePath(kind, token string) string {
	path := "/c/" + url.PathEscape(token)
	if kind == models.LetterRenewal {
		path += "?ask=pool#pool"
	}
	return path
}

// reminder mails somebody the page of a job, with the colleague's code, to go on at another device.
func (w *sendMail) reminder(ctx context.Context, id uuid.UUID) error {
	r, err := w.deps.DB.Reminder(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	house, err := w.house(ctx)
	if err != nil {
		return err
	}
	p := w.deps.Texts.For(r.Language)
	path := "/jobs/" + r.Job.Slug
	if r.Link != nil {
		path = r.Link.Path()
	}
	m, err := w.compose(p, house, "mail.remind", "mail.remind.foot", path+"?lang="+p.Lang(), []any{"House", house.Name, "Title", r.Job.Title}).Message("", r.Email)
	if err == nil {
		err = w.deps.Mail.Send(ctx, m)
	}
	if err != nil && !mail.IsPermanent(err) {
		return err
	}
	forgotten := w.deps.DB.ForgetReminder(ctx, id)
	if err != nil {
		return river.JobCancel(errors.Join(err, forgotten))
	}
	return forgotten
}
