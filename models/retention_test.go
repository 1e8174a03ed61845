package models_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// TestOldEventsGoTheirTotalsStay drops whole months by the house's setting, and recounts what is left.
func TestOldEventsGoTheirTotalsStay(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	job := publish(t, db, "Kokk")
	link := share(t, db, colleague(t, db, "Ola", "ola@example.org"), job, "x")
	for month := range 20 {
		click(t, db, link, time.Date(2026, 11, 15, 12, 0, 0, 0, time.UTC).AddDate(0, -month, 0), uuid.New(), models.ClassHuman)
	}
	page := click(t, db, link, c.Now(), uuid.New(), models.ClassHuman)
	app, _, _, err := db.Apply(ctx, models.Applying{JobID: job.ID, Name: "K", Email: "k@example.com", Link: &link, ClickID: page, Class: models.ClassHuman})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.SettleCredit(ctx, app.ID); err != nil {
		t.Fatal(err)
	}
	set := func(months int) {
		t.Helper()
		if err := db.SaveOrganisation(ctx, models.Organisation{Name: "Fjordheim", Language: "nb", EventMonths: months}); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		name     string
		do       func()
		dropped  int
		raw      int
		earliest string
	}{
		{"13 months where nobody said otherwise", func() {}, 6, 15, "2025-10"},
		{"nothing more", func() {}, 0, 15, "2025-10"},
		{"another setting", func() { set(3) }, 10, 5, "2026-08"},
		{"a save that says nothing of it", func() { set(0) }, 0, 5, "2026-08"},
		{"the shortest", func() { set(1) }, 2, 3, "2026-10"},
		{"a month later", func() { c.now = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC) }, 1, 2, "2026-11"},
	} {
		step.do()
		dropped, err := db.DropOldEvents(ctx)
		if err != nil || len(dropped) != step.dropped {
			t.Errorf("%s: dropped %v, %v; want %d months", step.name, dropped, err, step.dropped)
		}
		if n := rowsOf(t, db, "select count(*) from events"); n != step.raw {
			t.Errorf("%s: %d raw events, want %d", step.name, n, step.raw)
		}
		first, _, err := db.EventDays(ctx)
		if err != nil || first.Format("2006-01") != step.earliest {
			t.Errorf("%s: the first month is %s, %v; want %s", step.name, first.Format("2006-01"), err, step.earliest)
		}
		if n := rowsOf(t, db, "select sum(clicks) from counts"); n != 21 {
			t.Errorf("%s: %d clicks in the rollups, want all 21", step.name, n)
		}
	}
	keep := func(j models.Judged) (string, string) { return j.Class, j.Reason }
	first, last, err := db.EventDays(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		if _, err := db.RecountDay(ctx, day, 1, keep); err != nil {
			t.Fatal(err)
		}
	}
	if n := rowsOf(t, db, "select sum(clicks) from counts"); n != 21 {
		t.Errorf("%d clicks after a recount, want all 21: what has no raw events stays as it is", n)
	}
	c.now = c.now.AddDate(1, 0, 0)
	if _, err := db.DropOldEvents(ctx); err != nil {
		t.Fatal(err)
	}
	if n, err := db.RecountCredit(ctx); err != nil || n != 0 || standing(t, db, app.ID) != "Ola 100" {
		t.Errorf("without the raw events: %d credits changed, %v, %s; want the evidence kept", n, err, standing(t, db, app.ID))
	}
	if err := db.SaveOrganisation(ctx, models.Organisation{Name: "F", Language: "nb", EventMonths: 121}); err == nil {
		t.Error("121 months were taken")
	}
}
