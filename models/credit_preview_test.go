package models_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// TestPreviewIsWhatReapplyingDoesToAnything is TestPreviewIsWhatReapplyingDoes with whatever may come: classes, windows, kinds of
// evidence, decisions and policies by chance, each time the same.
func TestPreviewIsWhatReapplyingDoesToAnything(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			db, c := open(t)
			chance := rand.New(rand.NewPCG(seed, 7))
			hr := add(t, db, "hr@example.org", models.RoleHR)
			anyApplications(t, db, c, chance, hr)
			changed := 0
			for range 8 {
				policy, days := models.CreditPolicies[chance.IntN(len(models.CreditPolicies))], 1+chance.IntN(40)
				changed += wantPreviewHolds(t, db, hr, policy, days)
				if chance.IntN(3) == 0 { // between two, people go on deciding
					apps, _, err := db.Applications(t.Context(), models.System(), models.ApplicationFilter{})
					if err != nil {
						t.Fatal(err)
					}
					if err := db.OverrideCredit(t.Context(), hr, apps[chance.IntN(len(apps))].ID, nil, "Feil"); err != nil {
						t.Fatal(err)
					}
				}
			}
			if changed == 0 {
				t.Error("no policy changed anything: the test shows nothing")
			}
		})
	}
}

// anyApplications makes forty of a dozen people to two jobs over two months.
func anyApplications(t *testing.T, db *models.DB, c *clock, chance *rand.Rand, hr models.User) {
	t.Helper()
	pick := func(from []string) string { return from[chance.IntN(len(from))] }
	classes := []string{models.ClassHuman, models.ClassHuman, models.ClassHuman, models.ClassBot, models.ClassPrefetch, models.ClassSuspect, models.ClassSelf}
	jobs := []models.Job{publish(t, db, "Kokk"), publish(t, db, "Servitør")}
	var people []models.User
	links := map[uuid.UUID][]models.Link{}
	for i := range 5 {
		people = append(people, colleague(t, db, string(rune('A'+i)), fmt.Sprintf("u%d@example.org", i)))
		for _, j := range jobs {
			links[j.ID] = append(links[j.ID], share(t, db, people[i], j, "x"), share(t, db, people[i], j, "qr"))
		}
	}
	for range 40 {
		job := jobs[chance.IntN(2)]
		visitor, class := uuid.New(), pick(classes)
		for range chance.IntN(6) {
			l := links[job.ID][chance.IntN(10)]
			click(t, db, l, c.Now().Add(-time.Duration(1+chance.IntN(1400))*time.Minute), visitor, pick(classes))
		}
		in := models.Applying{JobID: job.ID, Name: "K", Email: fmt.Sprintf("%s%d@example.org", pick([]string{"k", "k", "u"}), chance.IntN(12)), Trapped: chance.IntN(9) == 0}
		from := models.Link{JobID: job.ID}
		if chance.IntN(4) > 0 {
			from = links[job.ID][chance.IntN(10)]
			in.Link, in.Class = &from, class
		}
		in.ClickID = click(t, db, from, c.Now(), visitor, class)
		app, _, _, err := db.Apply(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.SettleCredit(t.Context(), app.ID); err != nil {
			t.Fatal(err)
		}
		if chance.IntN(4) == 0 {
			if err := db.MatchHeard(t.Context(), hr, app.ID, people[chance.IntN(5)].ID); err != nil {
				t.Fatal(err)
			}
		}
		c.Add(time.Duration(chance.IntN(72)) * time.Hour)
	}
}

// wantPreviewHolds applies a policy after its preview and compares; it gives how many parts were said to change.
func wantPreviewHolds(t *testing.T, db *models.DB, hr models.User, policy string, days int) int {
	t.Helper()
	want := weights(t, db)
	preview, err := db.PreviewCredit(t.Context(), policy, days, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range preview.Rows {
		want[fmt.Sprint(r.ApplicationID, " ", r.Person)] = fmt.Sprintf("%.4f", r.Then)
	}
	if _, err := db.ReapplyCredit(t.Context(), models.ReapplyCredit{Policy: policy, WindowDays: days, By: &hr.ID, Reason: "Ny praksis"}); err != nil {
		t.Fatal(err)
	}
	got := weights(t, db)
	for _, m := range []map[string]string{want, got} {
		maps.DeleteFunc(m, func(_, w string) bool { return w == "0.0000" })
	}
	if !maps.Equal(got, want) {
		var differ []string
		for k := range maps.Keys(want) {
			if got[k] != want[k] {
				differ = append(differ, fmt.Sprintf("%s: promised %s, made %s", k, want[k], got[k]))
			}
		}
		for k, w := range got {
			if want[k] == "" {
				differ = append(differ, fmt.Sprintf("%s: not promised, made %s", k, w))
			}
		}
		t.Errorf("%s within %d days:\n%s", policy, days, strings.Join(differ, "\n"))
	}
	return len(preview.Rows)
}
