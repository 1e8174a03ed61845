package worker_test

import (
	"regexp"
	"strings"
	"testing"

	"kollega/models"
)

var consentLink = regexp.MustCompile(`https://jobb\.example\.org/consent/([A-Za-z0-9_-]{43})\?lang=(nb|en)`)

func TestConsentMails(t *testing.T) {
	t.Parallel()
	h := start(t)
	ctx := t.Context()
	job, clip := models.NewID(), models.NewID()
	for _, sql := range []string{
		`insert into jobs (id, slug, title, description, location, country, employment_type, pay_currency, pay_period, status, created_at, updated_at)
			values ($1, 'kokk', 'Kokk', 'x', 'Bergen', 'NO', 'FULL_TIME', '', '', 'published', now(), now())`,
		`insert into clips (id, job_id, title, language, status, filename, size, upload_key, part_size, version, created_at, updated_at)
			select '` + clip.String() + `', $1, 'En dag', 'nb', 'ready', 'a.mp4', 1, 'clip-a', 1, 1, now(), now()`,
	} {
		if _, err := h.db.Pool().Exec(ctx, sql, job); err != nil {
			t.Fatal(err)
		}
	}
	_, err := h.db.ListPerson(ctx, models.System(), clip, models.PersonInput{Name: "Ola Sett", Email: "sett@example.com", Language: "en", Seen: true})
	if err != nil {
		t.Fatal(err)
	}
	asked := h.mails(t, 1)[0]
	m := consentLink.FindStringSubmatch(asked)
	if m == nil || m[2] != "en" || !strings.Contains(asked, "Hello Ola Sett,") || !strings.Contains(asked, "sett@example.com") || !strings.Contains(asked, "“En dag”") {
		t.Fatalf("the request is\n%s", asked)
	}
	for _, want := range []string{"to find a new colleague", "A yes holds for 24 months.", "withdraw at any time by the same link, without logging in"} {
		if !strings.Contains(asked, want) { // what it is for, how long, how to withdraw
			t.Errorf("the request does not say %q:\n%s", want, asked)
		}
	}
	if err := h.db.AnswerConsent(ctx, m[1], true, ""); err != nil {
		t.Fatal(err)
	}
	receipt := ""
	for _, text := range h.mails(t, 2) {
		if strings.Contains(text, "Thank you! You have agreed") {
			receipt = text
		}
	}
	again := consentLink.FindStringSubmatch(receipt)
	if again == nil {
		t.Fatalf("no receipt with a link in %q", h.mails(t, 2))
	}
	if err := h.db.WithdrawConsent(ctx, again[1]); err != nil { // by the receipt's link
		t.Fatal(err)
	}
	all := strings.Join(h.mails(t, 4), "\n")
	for _, want := range []string{"You have withdrawn from the clip", "Ola Sett har trukket samtykket sitt tilbake", "https://jobb.example.org/hr/clips/" + clip.String(), "ada@example.org"} {
		if !strings.Contains(all, want) {
			t.Errorf("the mails lack %q", want)
		}
	}
	if got, err := h.db.ConsentByToken(ctx, m[1]); err != nil || got.Person.State != models.ConsentWithdrawn { // the first link still says how things stand
		t.Errorf("the first link: %+v, %v", got.Person, err)
	}
}
