package models

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
)

// readyClip is a clip that lacks nobody's word but those in it.
func readyClip(t *testing.T, db *DB) Clip {
	t.Helper()
	c, ctx := testClip(t, db), t.Context()
	held := func() Clip {
		if err := db.FinishUpload(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
		held, err := db.ClaimClip(ctx, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		return held
	}()
	if err := db.ClipMade(ctx, held, Made{Files: []ClipFile{{Name: "video", Key: "clip-v"}, {Name: "poster", Key: "clip-p"}}}); err != nil {
		t.Fatal(err)
	}
	if err := db.UpdateClip(ctx, c.ID, ClipChange{NoSpeech: new(true)}); err != nil {
		t.Fatal(err)
	}
	return c
}

// listed is somebody in a clip, with a link.
func listed(t *testing.T, db *DB, clip uuid.UUID, email string) (ClipPerson, string) {
	t.Helper()
	p, err := db.ListPerson(t.Context(), System(), clip, PersonInput{Name: "Ola Sett", Email: email, Seen: true})
	if err != nil {
		t.Fatal(err)
	}
	token, err := db.NewConsentToken(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return p, token
}

func inClip(t *testing.T, db *DB, id uuid.UUID) ClipPerson {
	t.Helper()
	c, err := db.Consent(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c.Person
}

func TestPublishingNeedsEverybodysYes(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	c := readyClip(t, db)
	publish := func(want string) {
		t.Helper()
		if got := fields(db.PublishClip(ctx, c.ID)); got != want {
			t.Errorf("publish: got %q, want %q", got, want)
		}
	}
	publish("conflict: clip.missing.people")
	_, one := listed(t, db, c.ID, "ola@example.com")
	other, two := listed(t, db, c.ID, "kari@example.com")
	publish("conflict: clip.missing.consents")
	if err := db.UpdateClip(ctx, c.ID, ClipChange{NobodyRecognisable: new(true)}); err != nil {
		t.Fatal(err)
	}
	publish("conflict: clip.missing.consents") // who is listed must agree, whatever is declared
	for _, token := range []string{one, one} {
		if err := db.AnswerConsent(ctx, token, true, " Gjerne "); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.AnswerConsent(ctx, two, false, ""); err != nil {
		t.Fatal(err)
	}
	publish("conflict: clip.missing.refused")
	if got := fields(db.AskAgain(ctx, System(), c.ID, other.ID)); got != "conflict: people_in.conflict.soon" {
		t.Errorf("asked again at once: %q", got)
	}
	if err := db.AnswerConsent(ctx, two, true, ""); err != nil {
		t.Fatal(err)
	}
	publish("")
	if got := fields(db.RemovePerson(ctx, System(), c.ID, other.ID, "feil")); got != "conflict: people_in.conflict.published" {
		t.Errorf("taken off the list of a published clip: %q", got)
	}
	if got := fields(db.AnswerConsent(ctx, two, false, "")); got != "conflict: consent.conflict.withdraw" {
		t.Errorf("a no after a yes: %q", got)
	}
	all, err := db.ClipPeople(ctx, c.ID)
	if err != nil || len(all) != 2 || all[0].Words != "Gjerne" || len(all[0].Log) != 3 {
		t.Errorf("got %+v, %v; want two people, the first with three lines", all, err)
	}
}

func TestListingSomebodyIsChecked(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	c := testClip(t, db) // still uploading
	u, err := db.AddUser(ctx, System(), NewUser{Email: "kari@example.org", Name: "Kari Kollega", Role: RoleEmployee})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		in   PersonInput
		want string
	}{
		{"no name", PersonInput{Email: "a@example.com", Seen: true}, "person_name: error.required"},
		{"no address", PersonInput{Name: "A", Email: "a", Seen: true}, "person_email: error.email"},
		{"neither", PersonInput{Name: "A", Email: "a@example.com"}, "person_seen: people_in.error.how"},
		{"language", PersonInput{Name: "A", Email: "a@example.com", Seen: true, Language: "xx"}, "person_language: error.choose"},
		{"colleague", PersonInput{Email: " KARI@example.org", Heard: true}, ""},
		{"twice", PersonInput{Name: "B", Email: "kari@example.org", Heard: true}, "person_email: people_in.error.twice"},
	} {
		p, err := db.ListPerson(ctx, System(), c.ID, test.in)
		if got := fields(err); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		if err == nil && (p.UserID == nil || *p.UserID != u.ID || p.Name != u.Name || inClip(t, db, p.ID).State != ConsentWaiting) {
			t.Errorf("%s: got %+v, want the colleague, waiting", test.name, p)
		}
	}
	if n := queued(t, db, "consent_mail"); n != 0 {
		t.Errorf("%d mails about a clip that nobody can see", n)
	}
	if err := db.FinishUpload(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	held, err := db.ClaimClip(ctx, c.ID)
	if err == nil {
		err = db.ClipMade(ctx, held, Made{Files: []ClipFile{{Name: "video", Key: "clip-v"}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	if mine, err := db.ConsentsOf(ctx, u.ID); err != nil || len(mine) != 1 || mine[0].Person.State != ConsentAsked || queued(t, db, "consent_mail") != 1 {
		t.Errorf("when the clip is made: %+v, %v; want the colleague asked", mine, err)
	}
}

func TestTwoAnswersAtOnceAreTwoAnswers(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	c := readyClip(t, db)
	p, token := listed(t, db, c.ID, "ola@example.com")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if err := db.AnswerConsent(ctx, token, i%2 == 0, ""); err != nil && !errors.Is(err, ErrConflict) {
				t.Errorf("answer: %v", err)
			}
		})
	}
	wg.Wait()
	if got := inClip(t, db, p.ID); got.State != ConsentAgreed { // a yes stands until it is withdrawn
		t.Errorf("got %s, want agreed", got.State)
	}
	all, err := db.ClipPeople(ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	yes := 0
	for _, n := range all[0].Log {
		if n.Kind == ConsentAgreed {
			yes++
		}
	}
	if yes != 1 {
		t.Errorf("%d times yes in the log, want once", yes)
	}
}

func TestWithdrawalTakesOneClipForGood(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	if _, err := db.AddUser(ctx, System(), NewUser{Email: "hr@example.org", Name: "Hanne", Role: RoleHR, Password: "fire ord om havet"}); err != nil {
		t.Fatal(err)
	}
	c, kept := readyClip(t, db), readyClip(t, db)
	p, token := listed(t, db, c.ID, "ola@example.com")
	_, keptToken := listed(t, db, kept.ID, "ola@example.com")
	if got := fields(db.WithdrawConsent(ctx, token)); got != "conflict: consent.conflict.over" {
		t.Errorf("withdrawn before it was given: %q", got)
	}
	for clip, secret := range map[uuid.UUID]string{c.ID: token, kept.ID: keptToken} {
		if err := db.AnswerConsent(ctx, secret, true, ""); err != nil {
			t.Fatal(err)
		}
		if err := db.PublishClip(ctx, clip); err != nil {
			t.Fatal(err)
		}
	}
	before := queued(t, db, "consent_mail")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := db.WithdrawConsent(ctx, token); err != nil {
				t.Errorf("withdraw: %v", err)
			}
		})
	}
	wg.Wait()
	got, err := db.Clip(ctx, c.ID)
	if err != nil || got.Status != ClipWithdrawn || len(got.Files) != 0 || got.UploadKey != "" || got.Filename != "" {
		t.Errorf("got %+v, %v; want it withdrawn, without files", got, err)
	}
	if n := queued(t, db, "delete_objects"); n != 1 {
		t.Errorf("objects deleted %d times, want once", n)
	}
	if n := queued(t, db, "consent_mail") - before; n != 2 { // the person, HR
		t.Errorf("%d mails, want 2", n)
	}
	if status(t, db, kept.ID) != ClipPublished {
		t.Error("the other clip of the same person went, too")
	}
	for name, err := range map[string]error{
		"publish": db.PublishClip(ctx, c.ID), "change": db.UpdateClip(ctx, c.ID, ClipChange{NoSpeech: new(true)}),
		"caption": db.SetCaption(ctx, c.ID, "nb", []byte("WEBVTT\n\n00:01.000 --> 00:02.000\nHei\n"), nil),
		"ask":     db.AskAgain(ctx, System(), c.ID, p.ID), "remove": db.RemovePerson(ctx, System(), c.ID, p.ID, "x"),
	} {
		if fields(err) != "conflict: clip.conflict.withdrawn" {
			t.Errorf("%s: got %v, want the clip to be past that", name, err)
		}
	}
	if got := fields(db.AnswerConsent(ctx, token, true, "")); got != "conflict: consent.conflict.over" {
		t.Errorf("yes after the withdrawal: %q", got)
	}
	at(db, time.Now().Add(31*24*time.Hour))
	if err := db.TendConsents(ctx); err != nil {
		t.Fatal(err)
	}
	if p := inClip(t, db, p.ID); p.Email != "" || p.Name == "" {
		t.Errorf("after a month: %+v, want the address forgotten, the name not", p)
	}
	if err := db.DeleteClip(ctx, c.ID); err != nil {
		t.Errorf("delete a withdrawn clip: %v", err)
	}
}

func TestConsentsAreRemindedWarnedAndEnd(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	if _, err := db.AddUser(ctx, System(), NewUser{Email: "hr@example.org", Name: "Hanne", Role: RoleHR, Password: "fire ord om havet"}); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	c := readyClip(t, db)
	p, token := listed(t, db, c.ID, "ola@example.com")
	tend := func(when time.Time, wantMails int, want string) {
		t.Helper()
		at(db, when)
		before := queued(t, db, "consent_mail")
		for range 2 { // the second finds nothing to do
			if err := db.TendConsents(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if got := queued(t, db, "consent_mail") - before; got != wantMails {
			t.Errorf("%d mails, want %d", got, wantMails)
		}
		if got := inClip(t, db, p.ID).State; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	tend(now.Add(2*24*time.Hour), 0, ConsentAsked)
	tend(now.Add(4*24*time.Hour), 1, ConsentAsked)
	tend(now.Add(40*24*time.Hour), 0, ConsentAsked)
	at(db, now)
	if err := db.AnswerConsent(ctx, token, true, ""); err != nil {
		t.Fatal(err)
	}
	if err := db.PublishClip(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	end := now.AddDate(0, 24, 0)
	tend(end.AddDate(0, 0, -31), 0, ConsentAgreed)
	tend(end.AddDate(0, 0, -29), 1, ConsentAgreed)
	if status(t, db, c.ID) != ClipPublished {
		t.Error("down before its time")
	}
	tend(end.Add(time.Second), 1, ConsentEnded)
	if status(t, db, c.ID) != ClipReady {
		t.Errorf("got %s after the consent ended", status(t, db, c.ID))
	}
	if got := fields(db.PublishClip(ctx, c.ID)); got != "conflict: clip.missing.consents" {
		t.Errorf("published on an ended consent: %q", got)
	}
	if err := db.AskAgain(ctx, System(), c.ID, p.ID); err != nil || inClip(t, db, p.ID).State != ConsentAsked {
		t.Errorf("asked anew: %v", err)
	}
	if err := db.AnswerConsent(ctx, token, true, ""); err != nil {
		t.Fatal(err)
	}
	at(db, db.Now().AddDate(0, 24, 1)) // ended, and nobody has looked since
	if got := fields(db.PublishClip(ctx, c.ID)); got != "conflict: clip.missing.consents" {
		t.Errorf("published on a consent that ended a day ago: %q", got)
	}
}

func TestAddressCorrectedAndTakenOffTheList(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	c := readyClip(t, db)
	p, token := listed(t, db, c.ID, "oal@example.com")
	listed(t, db, c.ID, "kari@example.com")
	if got := fields(db.CorrectPerson(ctx, System(), c.ID, p.ID, "kari@example.com")); got != "conflict: people_in.conflict.twice" {
		t.Errorf("another's address: %q", got)
	}
	if err := db.CorrectPerson(ctx, System(), c.ID, p.ID, "ola@example.com"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ConsentByToken(ctx, token); !errors.Is(err, ErrNotFound) {
		t.Errorf("the link that went to the wrong address: %v, want ErrNotFound", err)
	}
	if got := fields(db.RemovePerson(ctx, System(), c.ID, p.ID, " ")); got != "reason: people_in.error.reason" {
		t.Errorf("without a reason: %q", got)
	}
	if err := db.RemovePerson(ctx, System(), c.ID, p.ID, "Ført opp ved en feil"); err != nil {
		t.Fatal(err)
	}
	if err := db.RemovePerson(ctx, System(), c.ID, p.ID, "igjen"); !errors.Is(err, ErrNotFound) {
		t.Errorf("twice: %v", err)
	}
	got, err := db.ClipPeople(ctx, c.ID)
	if err != nil || got[0].RemovedReason == "" || got[0].Log[len(got[0].Log)-1].Kind != consentRemoved {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := db.ListPerson(ctx, System(), c.ID, PersonInput{Name: "Ola", Email: "ola@example.com", Seen: true}); err != nil {
		t.Errorf("listed again: %v", err)
	}
}
