package models_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// publish makes a published job by its rows alone.
func publish(t *testing.T, db *models.DB, title string) models.Job {
	t.Helper()
	j := models.Job{ID: models.NewID(), Slug: "job-" + uuid.NewString(), Title: title, Status: models.JobPublished}
	exec(t, db, `insert into jobs (id, slug, title, status, published_at, created_at, updated_at) values ($1, $2, $3, $4, now(), now(), now())`,
		j.ID, j.Slug, j.Title, j.Status)
	return j
}

func exec(t *testing.T, db *models.DB, sql string, args ...any) {
	t.Helper()
	if _, err := db.Pool().Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func colleague(t *testing.T, db *models.DB, name, email string) models.User {
	t.Helper()
	u, err := db.AddUser(t.Context(), models.User{Role: models.RoleAdmin}, models.NewUser{Email: email, Name: name, Role: models.RoleEmployee})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func share(t *testing.T, db *models.DB, u models.User, j models.Job, channel string) models.Link {
	t.Helper()
	l, _, err := db.MakeLink(t.Context(), u, u.ID, j.ID, channel)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func apply(ctx context.Context, t *testing.T, db *models.DB, j models.Job, l *models.Link, email string) models.Application {
	t.Helper()
	app, _, _, err := db.Apply(ctx, models.Applying{JobID: j.ID, Name: "Kari Ek", Email: email, Link: l})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func TestReferralsCountWhatLinksLedTo(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	job := publish(t, db, "Sykepleier")
	other := publish(t, db, "Kokk")
	ola, liv := colleague(t, db, "Ola Nord", "ola@example.org"), colleague(t, db, "Liv Sør", "liv@example.org")
	onX, onQR, livs := share(t, db, ola, job, "x"), share(t, db, ola, other, "qr"), share(t, db, liv, job, "x")
	today := c.Now().Format(time.DateOnly)
	exec(t, db, `insert into counts (day, link_id, job_id, class, clicks, visitors, views, plays) values
		($1, $2, $3, 'human', 5, 3, 4, 2), ($1, $2, $3, 'preview', 7, 0, 0, 0), ($1, $4, $5, 'human', 1, 1, 1, 0)`,
		today, onX.ID, job.ID, onQR.ID, other.ID)
	hired := apply(ctx, t, db, job, &onX, "a@example.com")
	apply(ctx, t, db, other, &onQR, "b@example.com")
	apply(ctx, t, db, job, nil, "open@example.com")
	apply(ctx, t, db, job, &onX, "OLA@example.org") // one's own link earns nothing
	for _, stage := range []string{models.StageInterview, models.StageHired} {
		if _, err := db.MoveStage(ctx, models.System(), hired.ID, stage, ""); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []struct {
		group string
		job   *uuid.UUID
		want  map[string]models.Referral
	}{
		{"employee", nil, map[string]models.Referral{
			ola.ID.String(): {Label: "Ola Nord", Shares: 2, Hits: 13, Clicks: 6, Visitors: 4, Views: 5, Plays: 2, Applications: 2, Qualified: 1, Hires: 1},
			liv.ID.String(): {Label: "Liv Sør", Shares: 1},
		}},
		{"employee", &other.ID, map[string]models.Referral{
			ola.ID.String(): {Label: "Ola Nord", Shares: 1, Hits: 1, Clicks: 1, Visitors: 1, Views: 1, Applications: 1},
		}},
		{"channel", nil, map[string]models.Referral{
			"x":  {Label: "x", Shares: 2, Hits: 12, Clicks: 5, Visitors: 3, Views: 4, Plays: 2, Applications: 1, Qualified: 1, Hires: 1},
			"qr": {Label: "qr", Shares: 1, Hits: 1, Clicks: 1, Visitors: 1, Views: 1, Applications: 1},
		}},
		{"job", nil, map[string]models.Referral{
			job.ID.String():   {Label: "Sykepleier", Shares: 2, Hits: 12, Clicks: 5, Visitors: 3, Views: 4, Plays: 2, Applications: 1, Qualified: 1, Hires: 1},
			other.ID.String(): {Label: "Kokk", Shares: 1, Hits: 1, Clicks: 1, Visitors: 1, Views: 1, Applications: 1},
		}},
		{"team", nil, map[string]models.Referral{
			"": {Shares: 3, Hits: 13, Clicks: 6, Visitors: 4, Views: 5, Plays: 2, Applications: 2, Qualified: 1, Hires: 1},
		}},
		{"skill", nil, nil},
		{"clip", nil, nil},
	} {
		got, _, err := db.Referrals(ctx, models.ReferralFilter{GroupBy: f.group, JobID: f.job})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(f.want) {
			t.Errorf("by %s: got %d rows %+v, want %d", f.group, len(got), got, len(f.want))
		}
		for _, row := range got {
			want := f.want[row.Key]
			want.Key = row.Key
			if row != want {
				t.Errorf("by %s: got %+v, want %+v", f.group, row, want)
			}
		}
	}
	if livs.Code == onX.Code {
		t.Error("two links have one code")
	}
	yesterday, _, err := db.Referrals(ctx, models.ReferralFilter{GroupBy: "employee", To: c.Now().AddDate(0, 0, -1)})
	if err != nil || len(yesterday) != 0 {
		t.Errorf("before the links were made: got %+v, %v", yesterday, err)
	}
}
