package models_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kollega/models"
)

func TestLogInAnswersUnknownAndWrongAlike(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	add(t, db, "kari@example.org", models.RoleEmployee)
	invited, err := db.AddUser(t.Context(), models.System(), models.NewUser{Email: "ny@example.org", Name: "Ny", Role: "employee"})
	if err != nil {
		t.Fatal(err)
	}
	var answers []string
	for _, email := range []string{"kari@example.org", "nobody@example.org", invited.Email} {
		_, err := db.LogIn(t.Context(), email, "feil passord her", "192.0.2.9")
		if err == nil {
			t.Fatalf("%s signed in with a wrong password", email)
		}
		answers = append(answers, err.Error())
	}
	if answers[0] != answers[1] || answers[1] != answers[2] {
		t.Errorf("got %q, want the same answer for each", answers)
	}
	if u, err := db.LogIn(t.Context(), " Kari@Example.org", password, "192.0.2.9"); err != nil || u.Email != "kari@example.org" {
		t.Errorf("right password: got %+v %v", u, err)
	}
}

// A person who does not exist is slowed down exactly like one who does.
func TestLogInSlowsDown(t *testing.T) {
	t.Parallel()
	for _, email := range []string{"kari@example.org", "nobody@example.org"} {
		t.Run(email, func(t *testing.T) {
			t.Parallel()
			db, c := open(t)
			add(t, db, "kari@example.org", models.RoleEmployee)
			try := func(addr string) error {
				_, err := db.LogIn(t.Context(), email, "feil passord her", addr)
				return err
			}
			var slow *models.TooManyError
			for i := range 5 {
				if err := try("192.0.2.9"); errors.As(err, &slow) {
					t.Fatalf("try %d was slowed down", i+1)
				}
			}
			for i, want := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
				if err := try("192.0.2.200"); !errors.As(err, &slow) || slow.Wait != want {
					t.Fatalf("slow-down %d: got %v, want %v", i, err, want)
				}
				c.Add(want)
				if err := try("192.0.2.9"); errors.As(err, &slow) {
					t.Fatalf("after waiting: got %v", err)
				}
			}
			if err := try("198.51.100.1"); errors.As(err, &slow) {
				t.Errorf("from another network: got %v, want no wait", err)
			}
			c.Add(20 * time.Minute)
			if err := try("192.0.2.9"); errors.As(err, &slow) {
				t.Errorf("much later: got %v, want no wait", err)
			}
		})
	}
}

func TestLogInForgivesAfterSuccess(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	add(t, db, "kari@example.org", models.RoleEmployee)
	for range 3 {
		for range 4 {
			_, _ = db.LogIn(t.Context(), "kari@example.org", "feil passord her", "192.0.2.9")
		}
		if _, err := db.LogIn(t.Context(), "kari@example.org", password, "192.0.2.9"); err != nil {
			t.Fatalf("the right password after four wrong ones: %v", err)
		}
	}
}

// Tries count before the password is looked at, so that many at once gain nothing.
func TestLogInCountsTriesAtOnce(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	var wg sync.WaitGroup
	var looked atomic.Int32
	for range 20 {
		wg.Go(func() {
			_, err := db.LogIn(t.Context(), "kari@example.org", "feil passord her", "192.0.2.9")
			var slow *models.TooManyError
			if !errors.As(err, &slow) {
				looked.Add(1)
			}
		})
	}
	wg.Wait()
	if got := looked.Load(); got != 5 {
		t.Errorf("passwords looked at: got %d, want 5", got)
	}
}

func TestPasswordChangeEndsSessions(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	kari := add(t, db, "kari@example.org", models.RoleEmployee)
	if _, err := db.ChangePassword(t.Context(), kari.ID, "feil passord her", "et nytt og langt ett", "192.0.2.1"); err == nil {
		t.Error("changed with a wrong old password")
	}
	after, err := db.ChangePassword(t.Context(), kari.ID, password, "et nytt og langt ett", "192.0.2.1")
	if err != nil || after.SessionEpoch == kari.SessionEpoch {
		t.Fatalf("got epoch %d %v, want a new one", after.SessionEpoch, err)
	}
	if _, err := db.LogIn(t.Context(), kari.Email, password, "192.0.2.1"); err == nil {
		t.Error("the old password still works")
	}
	if _, err := db.LogIn(t.Context(), kari.Email, "et nytt og langt ett", "192.0.2.1"); err != nil {
		t.Errorf("the new password: %v", err)
	}
	out, err := db.SignOutEverywhere(t.Context(), kari.ID)
	if err != nil || out.SessionEpoch != after.SessionEpoch+1 {
		t.Errorf("sign out everywhere: got epoch %d %v, want %d", out.SessionEpoch, err, after.SessionEpoch+1)
	}
}
