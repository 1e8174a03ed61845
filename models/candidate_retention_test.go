package models_test

import (
	"testing"
	"time"

	"kollega/models"
)

func TestApplicationsGoWhenTheirTimeIsOver(t *testing.T) {
	t.Parallel()
	const months = 6
	for _, tt := range []struct {
		name, stage, jobStatus string
		pool                   bool
		after                  [2]int // months and days since then
		want                   bool   // gone
	}{
		{"rejected, not yet", models.StageRejected, models.JobPublished, false, [2]int{months, -1}, false},
		{"rejected", models.StageRejected, models.JobPublished, false, [2]int{months, 1}, true},
		{"withdrawn", models.StageWithdrawn, models.JobPublished, false, [2]int{months, 1}, true},
		{"hired, not yet", models.StageHired, models.JobFilled, false, [2]int{12, -1}, false},
		{"hired", models.StageHired, models.JobFilled, false, [2]int{12, 1}, true},
		{"rejected, agreed to later jobs", models.StageRejected, models.JobPublished, true, [2]int{12, -1}, false},
		{"rejected, agreed to later jobs until now", models.StageRejected, models.JobPublished, true, [2]int{12, 2}, true},
		{"undecided while the job is open", models.StageScreening, models.JobPublished, false, [2]int{24, 0}, false},
		{"undecided after the job has closed", models.StageScreening, models.JobClosed, false, [2]int{12, 1}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db, _ := open(t)
			ctx, now := t.Context(), time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
			db.Now = func() time.Time { return now }
			job := publish(t, db, "Kokk")
			app, _, _, err := db.Apply(ctx, models.Applying{JobID: job.ID, Name: "Kari Ek", Email: "k@example.com", ConsentPool: tt.pool})
			if err == nil {
				_, err = db.MoveStage(ctx, models.System(), app.ID, tt.stage, "")
			}
			if err == nil {
				_, err = db.Pool().Exec(ctx, `update jobs set status = $2 where id = $1`, job.ID, tt.jobStatus)
			}
			if err != nil {
				t.Fatal(err)
			}
			now = now.AddDate(0, tt.after[0], tt.after[1])
			if _, err := db.LetGo(ctx); err != nil {
				t.Fatal(err)
			}
			var left, people int
			err = db.Pool().QueryRow(ctx, `select (select count(*) from applications where candidate_id is not null), (select count(*) from candidates)`).Scan(&left, &people)
			if err != nil || (left == 0) != tt.want || left != people {
				t.Errorf("got %d applications of %d people %v, want gone %v", left, people, err, tt.want)
			}
		})
	}
}

func TestConsentIsRenewedOrEnds(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx, now := t.Context(), time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	db.Now = func() time.Time { return now }
	app, _, _, err := db.Apply(ctx, models.Applying{JobID: publish(t, db, "Kokk").ID, Name: "Kari Ek", Email: "k@example.com", ConsentPool: true})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(want int) {
		t.Helper()
		if n, err := db.AskToRenew(ctx); err != nil || n != want {
			t.Errorf("%s: asked %d %v, want %d", now.Format(time.DateOnly), n, err, want)
		}
	}
	now = now.AddDate(0, 11, -1)
	ask(0)
	now = now.AddDate(0, 0, 5)
	ask(1)
	ask(0) // once
	token, err := db.NewCandidateToken(ctx, app.CandidateID)
	if err == nil {
		err = db.JoinPool(ctx, token, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	ask(0)
	page, err := db.OwnPage(ctx, token)
	if err != nil || page.PoolUntil == nil || page.PoolUntil.Format(time.DateOnly) != now.AddDate(0, 12, 0).Format(time.DateOnly) {
		t.Errorf("agreed until %v %v, want a year from now", page.PoolUntil, err)
	}
}

func TestPromiseBrokenIsShownFirst(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx, now := t.Context(), time.Now()
	db.Now = func() time.Time { return now }
	app, _, _, err := db.Apply(ctx, models.Applying{JobID: publish(t, db, "Kokk").ID, Name: "Kari Ek", Email: "k@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	late := func(want int) {
		t.Helper()
		apps, _, err := db.Applications(ctx, models.System(), models.ApplicationFilter{Overdue: true})
		if err != nil || len(apps) != want {
			t.Errorf("%d late %v, want %d", len(apps), err, want)
		}
	}
	now = now.AddDate(0, 0, 6)
	late(0)
	now = now.AddDate(0, 0, 2)
	late(1)
	if _, err := db.MoveStage(ctx, models.System(), app.ID, models.StageScreening, ""); err != nil {
		t.Fatal(err)
	}
	late(0) // the new stage has a promise of its own
}

func TestWhoWasRecommendedKeepsTheReferrer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		months int  // between the two applications
		link   bool // the second came by another colleague's link
		want   map[string]string
	}{
		{"by the open door", 3, false, map[string]string{"Liv": "credit.owner"}},
		{"by another's link", 3, true, map[string]string{"Liv": "credit.owner", "Per": "credit.not.owner"}},
		{"after the period", 13, true, map[string]string{"Per": "credit.last_link", "Liv": "credit.not.window"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db, _ := open(t)
			ctx, now := t.Context(), time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
			db.Now = func() time.Time { return now }
			link := func(name string, job models.Job) *models.Link {
				u, err := db.AddUser(ctx, models.System(), models.NewUser{Email: name + "@example.org", Name: name, Role: models.RoleEmployee})
				if err != nil {
					t.Fatal(err)
				}
				l, _, err := db.MakeLink(ctx, u, u.ID, job.ID, "linkedin")
				if err != nil {
					t.Fatal(err)
				}
				return &l
			}
			first, second := publish(t, db, "Kokk"), publish(t, db, "Baker")
			in := models.Applying{JobID: first.ID, Name: "Kari Ek", Email: "k@example.com", Link: link("Liv", first), Class: models.ClassHuman}
			if _, _, _, err := db.Apply(ctx, in); err != nil {
				t.Fatal(err)
			}
			now = now.AddDate(0, tt.months, 0)
			in = models.Applying{JobID: second.ID, Name: "Kari Ek", Email: "K@example.com", Class: models.ClassHuman}
			if tt.link {
				in.Link = link("Per", second)
			}
			app, _, _, err := db.Apply(ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			rows, _, err := db.CreditLedger(ctx, models.System(), app.ID)
			got := map[string]string{}
			for _, r := range rows {
				got[r.User.Name] = r.Reason
			}
			if err != nil || len(got) != len(tt.want) {
				t.Fatalf("got %v %v, want %v", got, err, tt.want)
			}
			for name, reason := range tt.want {
				if got[name] != reason {
					t.Errorf("%s: got %q, want %q", name, got[name], reason)
				}
			}
		})
	}
}
