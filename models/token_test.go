package models_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kollega/models"
)

func TestInvitationWorksOnce(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	u, err := db.AddUser(t.Context(), models.System(), models.NewUser{Email: "ny@example.org", Name: "Ny", Role: "employee", Invite: true})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := db.NewUserToken(t.Context(), u.ID, models.PurposeInvite)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Join(t.Context(), token, models.Join{Name: "Ny", Password: "kort"}); err == nil {
		t.Fatal("a weak password was taken")
	}
	var wg sync.WaitGroup
	var joined atomic.Int32
	for range 4 {
		wg.Go(func() {
			_, err := db.Join(t.Context(), token, models.Join{Name: "Ny Dahl", Password: password, Language: "en", ShowName: true})
			if err == nil {
				joined.Add(1)
			} else if !errors.Is(err, models.ErrNotFound) {
				t.Errorf("got %v, want not found", err)
			}
		})
	}
	wg.Wait()
	if joined.Load() != 1 {
		t.Errorf("joined %d times, want once", joined.Load())
	}
	got, err := db.LogIn(t.Context(), "ny@example.org", password, "192.0.2.1")
	if err != nil || got.State() != models.PersonActive || got.PublicName() != "Ny Dahl" || got.Language != "en" {
		t.Errorf("got %+v %v, want Ny Dahl who agreed to be named", got, err)
	}
}

func TestMailedLinksEnd(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	kari := add(t, db, "kari@example.org", models.RoleEmployee)
	link := func() string {
		token, _, err := db.NewUserToken(t.Context(), kari.ID, models.PurposeReset)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	gone := func(what, purpose, token string) {
		t.Helper()
		if _, err := db.UserByToken(t.Context(), purpose, token); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: got %v, want not found", what, err)
		}
	}
	first, second := link(), link()
	gone("replaced by a newer one", models.PurposeReset, first)
	gone("for another purpose", models.PurposeInvite, second)
	gone("made up", models.PurposeReset, "tull")
	if _, err := db.UserByToken(t.Context(), models.PurposeReset, second); err != nil {
		t.Errorf("the newest: %v", err)
	}
	c.Add(2*time.Hour + time.Second)
	gone("after two hours", models.PurposeReset, second)
	third := link()
	if u, err := db.ResetPassword(t.Context(), third, "et nytt og langt ett"); err != nil || u.SessionEpoch == kari.SessionEpoch {
		t.Errorf("reset: got epoch %d %v, want a new one", u.SessionEpoch, err)
	}
	gone("used", models.PurposeReset, third)
}

func TestRequestResetTellsNothing(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	kari := add(t, db, "kari@example.org", models.RoleEmployee)
	for _, email := range []string{"kari@example.org", "nobody@example.org"} {
		for range 3 {
			if err := db.RequestReset(t.Context(), email, "192.0.2.1"); err != nil {
				t.Errorf("%s: %v", email, err)
			}
		}
		var slow *models.TooManyError
		if err := db.RequestReset(t.Context(), email, "192.0.2.1"); !errors.As(err, &slow) {
			t.Errorf("%s the fourth time: got %v, want a wait", email, err)
		}
	}
	var all, hers int
	err := db.Pool().QueryRow(t.Context(), `select count(*), count(*) filter (where args->>'id' = $1) from river_job where kind = 'send_mail'`, kari.ID.String()).Scan(&all, &hers)
	if err != nil || all != 6 || hers != 3 {
		t.Errorf("mails asked for: got %d, hers %d %v; want 6 and 3", all, hers, err)
	}
}

func TestAPIToken(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	kari, bo := add(t, db, "kari@example.org", models.RoleHR), add(t, db, "bo@example.org", models.RoleHR)
	tok, secret, err := db.CreateAPIToken(t.Context(), kari.ID, "Lønn")
	if err != nil || tok.Hint != secret[len(secret)-4:] {
		t.Fatalf("got %+v %v", tok, err)
	}
	if u, err := db.UserByAPIToken(t.Context(), secret); err != nil || u.ID != kari.ID {
		t.Errorf("got %v %v, want its owner", u.ID, err)
	}
	used := c.Now()
	c.Add(30 * time.Second)
	if _, err := db.UserByAPIToken(t.Context(), secret); err != nil {
		t.Error(err)
	}
	list, err := db.APITokens(t.Context(), kari.ID)
	if err != nil || len(list) != 1 || list[0].LastUsedAt == nil || !list[0].LastUsedAt.Equal(used) {
		t.Errorf("got %+v %v, want one token used at %v", list, err, used)
	}
	if err := db.RevokeAPIToken(t.Context(), bo.ID, tok.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("somebody else revokes it: got %v, want not found", err)
	}
	if err := db.RevokeAPIToken(t.Context(), kari.ID, tok.ID); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{secret, "", "kol_tull", secret + "x"} {
		if _, err := db.UserByAPIToken(t.Context(), s); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("token %q: got %v, want not found", s, err)
		}
	}
}
