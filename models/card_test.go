package models_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

const fromHome = "192.0.2.9" // where somebody signs in from

// carded makes a person without e-mail, with a card.
func carded(t *testing.T, db *models.DB, name string) (models.User, models.PrintedCard) {
	t.Helper()
	u, err := db.AddUser(t.Context(), models.System(), models.NewUser{Name: name, Role: models.RoleEmployee, NoEmail: true})
	if err != nil {
		t.Fatal(err)
	}
	cards, err := db.MakeCards(t.Context(), models.System(), models.NewID(), []uuid.UUID{u.ID})
	if err != nil {
		t.Fatal(err)
	}
	return u, cards[0]
}

// refusedKey is the key of the first refused field, empty for another error.
func refusedKey(err error) string {
	var bad models.ValidationErrors
	if errors.As(err, &bad) {
		return bad[0].Key
	}
	return ""
}

// wrongPIN is one that the card does not have.
func wrongPIN(card models.PrintedCard) string {
	if card.PIN == "482915" {
		return "593026"
	}
	return "482915"
}

func TestPeopleWithoutEmail(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	kari, _ := carded(t, db, "Kari Skift")
	ola, _ := carded(t, db, "Ola Skift") // a second one: nobody's address is in nobody's way
	if kari.HasEmail() || ola.HasEmail() {
		t.Fatal("they have an address")
	}
	for _, empty := range []string{"", " "} {
		if _, err := db.UserByEmail(t.Context(), empty); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("the person of the address %q: got %v, want nobody", empty, err)
		}
		if _, err := db.LogIn(t.Context(), empty, password, fromHome); refusedKey(err) != "login.wrong" {
			t.Errorf("log-in with the address %q: got %v", empty, err)
		}
	}
	if _, err := db.AddUser(t.Context(), models.System(), models.NewUser{Name: "Lise", Role: models.RoleLeader, NoEmail: true}); refusedKey(err) != "people.needs_email" {
		t.Errorf("a leader without an address: got %v", err)
	}
	if _, err := db.AddUser(t.Context(), models.System(), models.NewUser{Name: "Lise", Role: models.RoleEmployee}); refusedKey(err) != "error.email" {
		t.Errorf("an address left out: got %v, want it asked for", err)
	}
	if err := db.Invite(t.Context(), models.System(), kari.ID); !errors.Is(err, models.ErrConflict) {
		t.Errorf("an invitation to nowhere: got %v", err)
	}
	change := models.UserChange{Name: kari.Name, Role: models.RoleHR}
	if _, err := db.ChangeUser(t.Context(), models.System(), kari.ID, change); refusedKey(err) != "people.needs_email" {
		t.Errorf("HR without an address: got %v", err)
	}
	change.Email = "kari@example.org"
	if u, err := db.ChangeUser(t.Context(), models.System(), kari.ID, change); err != nil || u.Email != "kari@example.org" {
		t.Errorf("an address and HR: got %+v %v", u, err)
	}
	if _, err := db.CardOf(t.Context(), kari.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("HR's card: got %v, want it out of use", err)
	}
	change = models.UserChange{Name: ola.Name, Role: models.RoleEmployee, Email: "KARI@example.org"}
	if _, err := db.ChangeUser(t.Context(), models.System(), ola.ID, change); refusedKey(err) != "people.email_taken" {
		t.Errorf("somebody else's address: got %v", err)
	}
}

func TestImportWithoutEmail(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	rows, err := models.ReadPeople([]byte("epost;navn;rolle;team\n;Kari Skift;;Natt\n;Kari Skift;;Dag\n;;;Natt\n;Lise Leder;leder;\nola@example.org;Ola;;\n"))
	if err != nil {
		t.Fatal(err)
	}
	does := func(rows []models.PersonRow) (all []string) {
		t.Helper()
		plan, err := db.ImportPeople(t.Context(), models.System(), rows, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range plan.Lines {
			word := l.Does
			if l.Reason != nil {
				word = l.Reason.Key
			}
			all = append(all, word)
		}
		return all
	}
	want := "new people.import.twice_name people.import.no_name people.needs_email new"
	if got := strings.Join(does(rows), " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := strings.Join(does(rows), " "); got != strings.ReplaceAll(want, "new", "unchanged") {
		t.Errorf("the same list again: got %s, want nobody twice", got)
	}
	rows[0].Team = "Dag"
	if got := does(rows[:1]); got[0] != models.ImportChanged {
		t.Errorf("another team: got %s, want a change", got)
	}
}

func TestCardSignIn(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	kari, card := carded(t, db, "Kari Skift")
	first, err := db.LogInWithCard(t.Context(), " "+strings.ToLower(card.Shown()), card.PIN, fromHome, "")
	if err != nil || first.OwnPIN || first.UserID != kari.ID {
		t.Fatalf("the printed PIN: got %+v %v", first, err)
	}
	for pin, want := range map[string]string{"12345": "error.pin.digits", "123456": "error.pin.trivial", card.PIN: "error.pin.same"} {
		if _, err := db.ChoosePIN(t.Context(), first.ID, pin, pin); refusedKey(err) != want {
			t.Errorf("chosen %s: got %v, want %s", pin, err, want)
		}
	}
	own := wrongPIN(card)
	if _, err := db.ChoosePIN(t.Context(), first.ID, own, card.PIN); refusedKey(err) != "error.pin.again" {
		t.Errorf("two different ones: got %v", err)
	}
	u, err := db.ChoosePIN(t.Context(), first.ID, own[:3]+" "+own[3:], own)
	if err != nil || u.JoinedAt == nil || u.ID != kari.ID {
		t.Fatalf("chosen: got %+v %v, want her to have joined", u, err)
	}
	if _, err := db.ChoosePIN(t.Context(), first.ID, "209384", "209384"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("chosen once more with the printed one: got %v", err)
	}
	if _, err := db.LogInWithCard(t.Context(), card.Code, card.PIN, fromHome, ""); refusedKey(err) != "card.wrong" {
		t.Errorf("the printed PIN again: got %v, want it useless", err)
	}
	if again, err := db.LogInWithCard(t.Context(), card.Code, own, fromHome, ""); err != nil || !again.OwnPIN {
		t.Errorf("her own: got %v", err)
	}
	changed, err := db.ChangePIN(t.Context(), kari.ID, own, "209384", "209384", fromHome, "")
	if err != nil || changed.SessionEpoch == u.SessionEpoch {
		t.Errorf("changed: got %v, epoch %d, want every session ended", err, changed.SessionEpoch)
	}
	if _, err := db.ChangePIN(t.Context(), kari.ID, own, "139571", "139571", fromHome, ""); refusedKey(err) != "me.wrong_pin" {
		t.Errorf("changed with the old one: got %v", err)
	}
}

func TestCardAnswersUnknownAndWrongAlike(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	_, card := carded(t, db, "Kari Skift")
	gone, revoked := carded(t, db, "Ola Skift")
	if err := db.RevokeCard(t.Context(), models.System(), gone.ID); err != nil {
		t.Fatal(err)
	}
	left, leaver := carded(t, db, "Per Sluttet")
	if err := db.Deactivate(t.Context(), models.System(), left.ID); err != nil {
		t.Fatal(err)
	}
	for name, try := range map[string][2]string{
		"wrong": {card.Code, wrongPIN(card)}, "unknown": {"ZZZZZZ", card.PIN}, "no code": {"", card.PIN}, "no PIN": {card.Code, ""},
		"revoked": {revoked.Code, revoked.PIN}, "deactivated": {leaver.Code, leaver.PIN},
	} {
		if _, err := db.LogInWithCard(t.Context(), try[0], try[1], fromHome, ""); refusedKey(err) != "card.wrong" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// After some wrong PINs each next one waits longer, for a code that nobody has as well.
func TestCardSlowsDown(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	_, card := carded(t, db, "Kari Skift")
	for _, code := range []string{card.Code, "ZZZZZZ"} {
		var slow *models.TooManyError
		for i := range 5 {
			if _, err := db.LogInWithCard(t.Context(), code, wrongPIN(card), fromHome, ""); errors.As(err, &slow) {
				t.Fatalf("%s, try %d was slowed down", code, i+1)
			}
		}
		for _, want := range []time.Duration{time.Second, 2 * time.Second} {
			if _, err := db.LogInWithCard(t.Context(), code, card.PIN, fromHome, ""); !errors.As(err, &slow) || slow.Wait != want {
				t.Fatalf("%s: got %v, want to wait %v", code, err, want)
			}
			c.Add(want)
			if _, err := db.LogInWithCard(t.Context(), code, wrongPIN(card), fromHome, ""); errors.As(err, &slow) {
				t.Fatalf("%s after waiting: got %v", code, err)
			}
		}
	}
}

// However slowly somebody guesses, from wherever: after ten wrong PINs each next one takes longer, at last a week.
func TestCardHoldsStrangersOff(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	kari, card := carded(t, db, "Kari Skift")
	hr := add(t, db, "hr@example.org", models.RoleHR)
	wrong, looked := wrongPIN(card), 0
	for end := c.Now().AddDate(1, 0, 0); c.Now().Before(end); c.Add(15 * time.Minute) {
		_, err := db.LogInWithCard(t.Context(), card.Code, wrong, fromHome, "")
		held, err2 := db.CardOf(t.Context(), kari.ID)
		if err2 != nil || refusedKey(err) == "" {
			t.Fatal(err, err2)
		}
		looked = held.Failures
		if held.HeldUntil != nil && held.HeldUntil.After(c.Now()) {
			if _, err := db.LogInWithCard(t.Context(), card.Code, card.PIN, fromHome, ""); refusedKey(err) != "card.locked" {
				t.Fatalf("the right PIN before %v: got %v, want it held off", held.HeldUntil, err)
			}
			c.Add(held.HeldUntil.Sub(c.Now()))
		}
	}
	if looked > 71 || looked < 65 {
		t.Errorf("PINs looked at in a year: got %d, want about 70", looked)
	}
	if err := db.FreeCard(t.Context(), kari, kari.ID); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("an employee lifts it: got %v", err)
	}
	if err := db.FreeCard(t.Context(), hr, kari.ID); err != nil {
		t.Fatal(err)
	}
	c.Add(time.Hour)
	if _, err := db.LogInWithCard(t.Context(), card.Code, card.PIN, fromHome, ""); err != nil {
		t.Errorf("after HR lifted it: got %v", err)
	}
}

// known signs in on a device of one's own, which is known from then on.
func known(t *testing.T, db *models.DB, u models.User, card models.PrintedCard, pin string) (token string) {
	t.Helper()
	_, err := db.ChoosePIN(t.Context(), card.ID, pin, pin)
	if err != nil {
		t.Fatal(err)
	}
	if token, err = db.KnowDevice(t.Context(), u.ID, ""); err != nil || token == "" {
		t.Fatalf("got %q %v", token, err)
	}
	return token
}

func TestStrangersDoNotKeepAKnownPhoneOut(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	kari, card := carded(t, db, "Kari Skift")
	ola, other := carded(t, db, "Ola Skift")
	phone, olas := known(t, db, kari, card, "100467"), known(t, db, ola, other, "100467")
	for range models.CardTries {
		c.Add(time.Hour)
		_, _ = db.LogInWithCard(t.Context(), card.Code, "593026", "198.51.100.7", "")
	}
	for range 40 { // at once, from the same house: only strangers wait
		_, _ = db.LogInWithCard(t.Context(), card.Code, "593026", fromHome, "")
	}
	for name, device := range map[string]string{"none": "", "another's": olas, "forged": phone[:len(phone)-2] + "AA"} {
		if _, err := db.LogInWithCard(t.Context(), card.Code, "100467", "203.0.113.5", device); refusedKey(err) != "card.locked" {
			t.Errorf("a device with %s: got %v, want it held off", name, err)
		}
	}
	if _, err := db.LogInWithCard(t.Context(), card.Code, "100467", fromHome, phone); err != nil {
		t.Errorf("her own phone: got %v", err)
	}
	if again, err := db.KnowDevice(t.Context(), kari.ID, phone); err != nil || again == "" {
		t.Errorf("known again: got %v", err)
	}
	if held, err := db.CardOf(t.Context(), kari.ID); err != nil || held.Failures < models.CardTries {
		t.Errorf("what strangers tried is forgotten: %d %v", held.Failures, err)
	}
	if _, err := db.ChangePIN(t.Context(), kari.ID, "100467", "209384", "209384", fromHome, phone); err != nil {
		t.Errorf("she changes her PIN: got %v", err)
	}
	// Another PIN ends what was known.
	for range models.CardTries {
		c.Add(time.Hour)
		_, _ = db.LogInWithCard(t.Context(), card.Code, "593026", fromHome, "")
	}
	if _, err := db.LogInWithCard(t.Context(), card.Code, "209384", "203.0.113.5", phone); refusedKey(err) != "card.locked" {
		t.Errorf("known by the PIN before: got %v", err)
	}
}

func TestAKnownPhoneMayNotGuessOn(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	kari, card := carded(t, db, "Kari Skift")
	phone := known(t, db, kari, card, "100467")
	for i := range models.CardTries {
		c.Add(time.Hour)
		if _, err := db.LogInWithCard(t.Context(), card.Code, "593026", fromHome, phone); refusedKey(err) != "card.wrong" {
			t.Fatalf("try %d: got %v", i+1, err)
		}
	}
	if held, err := db.CardOf(t.Context(), kari.ID); err != nil || held.Failures != 0 {
		t.Errorf("others wait for it: %d %v", held.Failures, err)
	}
	for range models.CardTries { // from now on it is a stranger
		c.Add(time.Hour)
		_, _ = db.LogInWithCard(t.Context(), card.Code, "593026", fromHome, phone)
	}
	if _, err := db.LogInWithCard(t.Context(), card.Code, "100467", "203.0.113.5", phone); refusedKey(err) != "card.locked" {
		t.Errorf("after twenty wrong ones: got %v", err)
	}
}

func TestARevokedCardsPhoneIsWorthNothing(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	kari, card := carded(t, db, "Kari Skift")
	phone := known(t, db, kari, card, "100467")
	fresh, err := db.MakeCards(t.Context(), models.System(), models.NewID(), []uuid.UUID{kari.ID})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.LogInWithCard(t.Context(), card.Code, "100467", fromHome, phone); refusedKey(err) != "card.wrong" {
		t.Errorf("the old card: got %v", err)
	}
	for range models.CardTries {
		c.Add(time.Hour)
		_, _ = db.LogInWithCard(t.Context(), fresh[0].Code, wrongPIN(fresh[0]), fromHome, "")
	}
	if _, err := db.LogInWithCard(t.Context(), fresh[0].Code, fresh[0].PIN, "203.0.113.5", phone); refusedKey(err) != "card.locked" {
		t.Errorf("the new card on the old one's phone: got %v", err)
	}
}

func TestRightPINForgivesWrongOnes(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	_, card := carded(t, db, "Kari Skift")
	for range 3 {
		for range 4 {
			_, _ = db.LogInWithCard(t.Context(), card.Code, wrongPIN(card), fromHome, "")
		}
		if _, err := db.LogInWithCard(t.Context(), card.Code, card.PIN, fromHome, ""); err != nil {
			t.Fatalf("the right PIN after four wrong ones: %v", err)
		}
	}
}

// Tries count before the PIN is looked at: many at once, from many places, get no further than ten in a row.
func TestCardCountsTriesAtOnce(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	_, card := carded(t, db, "Kari Skift")
	var wg sync.WaitGroup
	var looked atomic.Int32
	for i := range 25 {
		wg.Go(func() {
			_, err := db.LogInWithCard(t.Context(), card.Code, wrongPIN(card), "10."+string(rune('0'+i%10))+"."+string(rune('0'+i/10))+".1", "")
			if refusedKey(err) == "card.wrong" {
				looked.Add(1)
			}
		})
	}
	wg.Wait()
	if got := looked.Load(); got > models.CardTries {
		t.Errorf("PINs looked at: got %d, want at most %d", got, models.CardTries)
	}
}

func TestNewCardEndsTheOldAndItsSessions(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	kari, card := carded(t, db, "Kari Skift")
	before, err := db.User(t.Context(), kari.ID)
	if err != nil {
		t.Fatal(err)
	}
	batch := models.NewID()
	if _, err := db.MakeCards(t.Context(), models.System(), batch, []uuid.UUID{kari.ID}); err != nil {
		t.Fatal(err)
	}
	after, err := db.User(t.Context(), kari.ID)
	if err != nil || after.SessionEpoch == before.SessionEpoch {
		t.Errorf("got epoch %d %v, want a new one", after.SessionEpoch, err)
	}
	if _, err := db.LogInWithCard(t.Context(), card.Code, card.PIN, fromHome, ""); refusedKey(err) != "card.wrong" {
		t.Errorf("the old card: got %v", err)
	}
	if _, err := db.MakeCards(t.Context(), models.System(), batch, []uuid.UUID{kari.ID}); !errors.Is(err, models.ErrConflict) {
		t.Errorf("the same form again: got %v, want the printed card to go on working", err)
	}
	boss := add(t, db, "hr@example.org", models.RoleHR)
	for name, try := range map[string]struct {
		by   models.User
		of   uuid.UUID
		want error
	}{
		"an employee makes cards": {kari, kari.ID, models.ErrForbidden},
		"a card for HR":           {models.System(), boss.ID, models.ErrConflict},
		"for nobody":              {boss, models.NewID(), models.ErrNotFound},
	} {
		if _, err := db.MakeCards(t.Context(), try.by, models.NewID(), []uuid.UUID{try.of}); !errors.Is(err, try.want) {
			t.Errorf("%s: got %v, want %v", name, err, try.want)
		}
	}
	if err := db.RevokeCard(t.Context(), kari, kari.ID); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("an employee revokes: got %v", err)
	}
}

func TestKioskGivesTheLinkAndNothingElse(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	kari, card := carded(t, db, "Kari Skift Hansen")
	hr := add(t, db, "hr@example.org", models.RoleHR)
	job := skilled(t, db)
	k, token, err := db.AddKiosk(t.Context(), hr, "Pauserommet")
	if err != nil {
		t.Fatal(err)
	}
	if found, err := db.KioskByToken(t.Context(), token); err != nil || found.ID != k.ID {
		t.Fatalf("by its address: got %+v %v", found, err)
	}
	link, name, err := db.KioskShare(t.Context(), k, job.ID, card.Code, fromHome)
	if err != nil || name != "Kari" || link.UserID != kari.ID || link.Channel != "qr" || link.JobID != job.ID {
		t.Fatalf("got %q %+v %v", name, link, err)
	}
	again, _, err := db.KioskShare(t.Context(), k, job.ID, card.Code, fromHome)
	if err != nil || again.ID != link.ID {
		t.Errorf("once more: got %+v %v, want the same link", again, err)
	}
	if err := db.RevokeCard(t.Context(), hr, kari.ID); err != nil {
		t.Fatal(err)
	}
	var slow *models.TooManyError
	tries := 0
	for ; tries < 100; tries++ {
		code := "ZZZZZZ"
		if tries%2 == 0 {
			code = card.Code // revoked: the same answer
		}
		_, _, err := db.KioskShare(t.Context(), k, job.ID, code, fromHome)
		if errors.As(err, &slow) {
			break
		}
		if refusedKey(err) != "kiosk.error.code" {
			t.Fatalf("%s: got %v", code, err)
		}
	}
	if tries != 20 {
		t.Errorf("slowed down after %d wrong codes, want 20", tries)
	}
	c.Add(20 * time.Minute)
	if _, _, err := db.KioskShare(t.Context(), k, job.ID, "ZZZZZZ", fromHome); errors.As(err, &slow) {
		t.Errorf("later: got %v", err)
	}
	if err := db.RevokeKiosk(t.Context(), hr, k.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := db.KioskByToken(t.Context(), token); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a closed screen: got %v", err)
	}
}

// A right code of one's own is no leave to guess others'.
func TestRightCodeAtAKioskForgivesNothing(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	_, card := carded(t, db, "Kari Skift")
	hr := add(t, db, "hr@example.org", models.RoleHR)
	job := skilled(t, db)
	k, _, err := db.AddKiosk(t.Context(), hr, "Pauserommet")
	if err != nil {
		t.Fatal(err)
	}
	var slow *models.TooManyError
	for i := range 20 {
		if _, _, err := db.KioskShare(t.Context(), k, job.ID, "ZZZZZZ", fromHome); errors.As(err, &slow) {
			t.Fatalf("wrong code %d: %v", i+1, err)
		}
		if i < 19 {
			if _, _, err := db.KioskShare(t.Context(), k, job.ID, card.Code, fromHome); err != nil {
				t.Fatalf("the right code after %d wrong ones: %v", i+1, err)
			}
		}
	}
	if _, _, err := db.KioskShare(t.Context(), k, job.ID, "ZZZZZZ", fromHome); !errors.As(err, &slow) {
		t.Errorf("got %v, want to wait", err)
	}
}

// A colleague without e-mail who is in a clip is asked on their own page.
func TestColleagueWithoutEmailIsAskedInTheHouse(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	kari, _ := carded(t, db, "Kari Skift")
	ola, _ := carded(t, db, "Ola Skift")
	job := publish(t, db, "Kokk")
	clip := models.NewID()
	exec(t, db, `insert into clips (id, job_id, title, language, status, filename, size, upload_key, part_size, created_at, updated_at)
		values ($1, $2, 'Natta', 'nb', 'ready', 'a.mp4', 1, 'up', 1, now(), now())`, clip, job.ID)
	for _, u := range []models.User{kari, ola} {
		p, err := db.ListPerson(t.Context(), models.System(), clip, models.PersonInput{Colleague: u.ID.String(), Seen: true})
		if err != nil || p.UserID == nil || *p.UserID != u.ID || p.Name != u.Name {
			t.Fatalf("%s: got %+v %v", u.Name, p, err)
		}
		if asked, err := db.ConsentsOf(t.Context(), u.ID); err != nil || len(asked) != 1 || asked[0].Person.State != models.ConsentAsked {
			t.Errorf("%s: got %+v %v, want to be asked", u.Name, asked, err)
		}
	}
	if _, err := db.ListPerson(t.Context(), models.System(), clip, models.PersonInput{Colleague: kari.ID.String(), Seen: true}); refusedKey(err) != "people_in.error.twice" {
		t.Errorf("listed twice: got %v", err)
	}
	if _, err := db.ListPerson(t.Context(), models.System(), clip, models.PersonInput{Name: "Ute", Seen: true}); refusedKey(err) != "error.email" {
		t.Errorf("a stranger without an address: got %v", err)
	}
}
