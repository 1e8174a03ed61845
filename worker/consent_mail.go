package worker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"kollega/internal/i18n"
	"kollega/internal/mail"
	"kollega/models"
)

// tendEvery is how late a consent may end, and a reminder may come.
const tendEvery = 5 * time.Minute

// tendConsents does what time asks for.
type tendConsents struct {
	river.WorkerDefaults[models.TendConsents]
	Deps
}

// Work sends reminders and warnings, and takes clips off the pages whose consent has ended.
func (w *tendConsents) Work(ctx context.Context, _ *river.Job[models.TendConsents]) error {
	return w.DB.TendConsents(ctx)
}

// consentMail sends one mail about the consent of somebody in a clip: to the person with their link, or to the house.
type consentMail struct {
	river.WorkerDefaults[models.ConsentMail]

	mails *sendMail
}

// Timeout is long enough for a slow mail server.
func (w *consentMail) Timeout(*river.Job[models.ConsentMail]) time.Duration { return 2 * time.Minute }

// Work sends the mail; one that nobody should get any more is done with.
func (w *consentMail) Work(ctx context.Context, job *river.Job[models.ConsentMail]) error {
	m, err := w.write(ctx, job.Args)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("write %s mail: %w", job.Args.Mail, err)
	}
	err = w.mails.deps.Mail.Send(ctx, m)
	if mail.IsPermanent(err) {
		return river.JobCancel(err)
	}
	return err
}

func (w *consentMail) write(ctx context.Context, args models.ConsentMail) (mail.Message, error) {
	consent, err := w.mails.deps.DB.Consent(ctx, args.PersonID)
	if err != nil {
		return mail.Message{}, err
	}
	if args.UserID != nil {
		return w.toHouse(ctx, args, consent)
	}
	return w.toPerson(ctx, args, consent)
}

// consentStates are the states in which a mail to the person is still true.
var consentStates = map[string][]string{
	models.MailConsentAsk:      {models.ConsentAsked},
	models.MailConsentReminder: {models.ConsentAsked},
	models.MailConsentAgreed:   {models.ConsentAgreed},
	models.MailConsentGone:     {models.ConsentWithdrawn},
}

// toPerson writes to who is in the clip, with a link of their own made now.
func (w *consentMail) toPerson(ctx context.Context, args models.ConsentMail, c models.Consent) (mail.Message, error) {
	p, removed := c.Person, args.Mail == models.MailConsentRemoved
	if p.Email == "" || removed == p.Listed() || !removed && !slices.Contains(consentStates[args.Mail], p.State) {
		return mail.Message{}, models.ErrNotFound
	}
	house, err := w.mails.house(ctx)
	if err != nil {
		return mail.Message{}, err
	}
	lang := p.Language
	if lang == "" && p.UserID != nil {
		if u, err := w.mails.deps.DB.User(ctx, *p.UserID); err == nil {
			lang = u.Language
		}
	}
	token, err := w.mails.deps.DB.NewConsentToken(ctx, p.ID)
	if err != nil {
		return mail.Message{}, err
	}
	printer := w.mails.deps.Texts.For(cmp.Or(lang, house.Language, i18n.Default))
	words := []any{
		"Name", p.Name, "House", house.Name, "Clip", c.Clip.Title, "Reason", p.RemovedReason, "Until", until(printer, p),
		"Long", printer.N("mail.consent.long", p.Months),
	}
	key := "mail.consent_" + args.Mail
	l := w.mails.compose(printer, house, key, key+".foot", "/consent/"+token+"?lang="+printer.Lang(), words)
	return l.Message(p.Name, p.Email)
}

// toHouse tells somebody who works with clips.
func (w *consentMail) toHouse(ctx context.Context, args models.ConsentMail, c models.Consent) (mail.Message, error) {
	u, house, err := w.mails.receiver(ctx, *args.UserID)
	if err != nil {
		return mail.Message{}, err
	}
	printer := w.mails.deps.Texts.For(cmp.Or(u.Language, house.Language, i18n.Default))
	words := []any{"Name", u.Name, "House", house.Name, "Clip", c.Clip.Title, "Person", c.Person.Name, "Until", until(printer, c.Person)}
	path := "/"
	if u.Is(models.RoleHR) { // an uploader from elsewhere in the house has no such page
		path = "/hr/clips/" + c.Clip.ID.String()
	}
	key := "mail.consent_" + args.Mail
	l := w.mails.compose(printer, house, key, key+".foot", path, words)
	return l.Message(u.Name, u.Email)
}

// until is the day on which a consent ends, empty without one.
func until(p *i18n.Printer, person models.ClipPerson) string {
	if person.ExpiresAt == nil {
		return ""
	}
	return p.Date(person.ExpiresAt.Local())
}
