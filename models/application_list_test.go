package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"kollega/models"
)

func TestApplicationsAreListedForWhomTheyAre(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	led, other := publish(t, db, "Sykepleier"), publish(t, db, "Tømrer")
	leader := add(t, db, "leder@example.org", models.RoleLeader)
	hr := add(t, db, "hr@example.org", models.RoleHR)
	sharer := colleague(t, db, "Kari", "kari@example.org")
	exec(t, db, "update jobs set leader_id = $1 where id = $2", leader.ID, led.ID)
	link := share(t, db, sharer, led, "email")
	for n := range 5 {
		job, by := led, &link
		if n%2 == 1 {
			job, by = other, nil
		}
		apply(ctx, t, db, job, by, fmt.Sprintf("c%d@example.org", n))
		if n != 2 { // two at the same moment: the id decides
			c.Add(time.Minute)
		}
	}
	for _, tt := range []struct {
		name   string
		by     models.User
		filter models.ApplicationFilter
		want   []string
	}{
		{"HR sees all, newest first", hr, models.ApplicationFilter{}, []string{"c4", "c3", "c2", "c1", "c0"}},
		{"a leader sees those for jobs they lead", leader, models.ApplicationFilter{}, []string{"c4", "c2", "c0"}},
		{"a leader does not see others by asking", leader, models.ApplicationFilter{JobID: &other.ID}, nil},
		{"an employee sees none", sharer, models.ApplicationFilter{}, nil},
		{"one job", hr, models.ApplicationFilter{JobID: &other.ID}, []string{"c3", "c1"}},
		{"one stage", hr, models.ApplicationFilter{Stage: models.StageOffer}, nil},
		{"pages", hr, models.ApplicationFilter{Limit: 2}, []string{"c4", "c3", "c2", "c1", "c0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := listed(t, db, tt.by, tt.filter)
			if fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// listed are the candidates of every page.
func listed(t *testing.T, db *models.DB, by models.User, f models.ApplicationFilter) []string {
	t.Helper()
	var names []string
	for {
		apps, next, err := db.Applications(t.Context(), by, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range apps {
			names = append(names, a.Candidate.Email[:2])
			if _, err := db.Application(t.Context(), by, a.ID); err != nil {
				t.Errorf("application %s: %v", a.ID, err)
			}
		}
		if next == "" {
			return names
		}
		f.Cursor = next
	}
}

func TestApplicationShowsTheCreditThatHolds(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	job, kari, ola := publish(t, db, "Kokk"), colleague(t, db, "Kari", "kari@example.org"), colleague(t, db, "Ola", "ola@example.org")
	hr := add(t, db, "hr@example.org", models.RoleHR)
	link := share(t, db, kari, job, "email")
	app := apply(t.Context(), t, db, job, &link, "c@example.org")
	exec(t, db, "insert into credits (id, application_id, round, user_id, weight, policy, reason, at) values ($1, $2, 2, $3, 1, 'override/1', 'credit.last_link', now())",
		models.NewID(), app.ID, ola.ID)
	got, err := db.Application(t.Context(), hr, app.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Credits) != 1 || got.Credits[0].User.Name != "Ola" || got.Link.Code != link.Code || got.Job.Title != "Kokk" {
		t.Errorf("got credits %+v, link %+v, job %+v", got.Credits, got.Link, got.Job)
	}
	for _, by := range []models.User{kari, add(t, db, "leder@example.org", models.RoleLeader)} {
		if _, err := db.Application(t.Context(), by, app.ID); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: got %v, want not found", by.Role, err)
		}
	}
	var bad *models.ValidationError
	for _, f := range []models.ApplicationFilter{{Stage: "gone"}, {Cursor: "x"}, {Cursor: "WyJhIiwiYiJd"}} {
		if _, _, err := db.Applications(t.Context(), hr, f); !errors.As(err, &bad) {
			t.Errorf("%+v: got %v, want it refused", f, err)
		}
	}
}
