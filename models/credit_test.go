package models_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"kollega/models"
)

// click puts a click on a link among the events, as the shipper does, and gives its id.
func click(t *testing.T, db *models.DB, l models.Link, at time.Time, visitor uuid.UUID, class string) uuid.UUID {
	t.Helper()
	e := models.Event{
		ID: models.NewID(), At: at.Truncate(time.Microsecond), Kind: models.KindClick, Class: class, Rules: 1,
		LinkID: l.ID, JobID: l.JobID, Channel: l.Channel, Visitor: visitor,
	}
	if err := db.RecordEvents(t.Context(), []models.Event{e}, nil); err != nil {
		t.Fatal(err)
	}
	return e.ID
}

// standing is who is credited now, as "name percent", and everybody else in the round with 0.
func standing(t *testing.T, db *models.DB, app uuid.UUID) string {
	t.Helper()
	rows, _, err := db.CreditLedger(t.Context(), models.System(), app)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		if r.Round == rows[0].Round {
			out = append(out, fmt.Sprintf("%s %.0f", r.User.Name, 100*r.Weight))
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func policy(t *testing.T, db *models.DB, name string, days int) {
	t.Helper()
	if err := db.SetCreditPolicy(t.Context(), models.System(), name, days); err != nil {
		t.Fatal(err)
	}
}

// rowsOf counts.
func rowsOf(t *testing.T, db *models.DB, sql string, args ...any) (n int) {
	t.Helper()
	if err := db.Pool().QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestCreditWaitsForTheClick hands an application in before its click has been shipped: it is credited by the form at once, and by all
// the evidence when that has arrived.
func TestCreditWaitsForTheClick(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	job := publish(t, db, "Sykepleier")
	ola, liv := colleague(t, db, "Ola", "ola@example.org"), colleague(t, db, "Liv", "liv@example.org")
	olas, livs := share(t, db, ola, job, "x"), share(t, db, liv, job, "qr")
	policy(t, db, models.PolicyEqual, 30)
	visitor, page := uuid.New(), models.NewID()
	app, _, _, err := db.Apply(t.Context(), models.Applying{JobID: job.ID, Name: "Kari Ek", Email: "k@example.com", Link: &livs, ClickID: page, Class: models.ClassHuman})
	if err != nil {
		t.Fatal(err)
	}
	if got := standing(t, db, app.ID); got != "Liv 100" {
		t.Errorf("at once: got %s, want Liv by the form", got)
	}
	if n := rowsOf(t, db, `select count(*) from river_job where kind = 'settle_credit' and args ->> 'application_id' = $1`, app.ID.String()); n != 1 {
		t.Errorf("%d looks asked for, want 1", n)
	}
	settle := func(want time.Duration) {
		t.Helper()
		if again, err := db.SettleCredit(t.Context(), app.ID); err != nil || again != want {
			t.Errorf("settle: got %v, %v; want again in %v", again, err, want)
		}
	}
	c.Add(10 * time.Second)
	settle(5 * time.Second)
	c.Add(20 * time.Minute) // the journal's machine was away
	settle(605 * time.Second)
	click(t, db, olas, app.SubmittedAt.Add(-2*time.Hour), visitor, models.ClassHuman)
	click(t, db, olas, app.SubmittedAt.Add(-time.Hour), visitor, models.ClassHuman)
	click(t, db, olas, app.SubmittedAt.Add(-time.Hour), uuid.New(), models.ClassHuman) // somebody else
	settle(605 * time.Second)
	e := models.Event{ID: page, At: app.SubmittedAt.Add(-time.Minute).UTC(), Kind: models.KindClick, Class: models.ClassHuman, LinkID: livs.ID, JobID: job.ID, Visitor: visitor}
	if err := db.RecordEvents(t.Context(), []models.Event{e}, nil); err != nil {
		t.Fatal(err)
	}
	settle(time.Hour - 20*time.Minute - 10*time.Second)
	if got := standing(t, db, app.ID); got != "Liv 50, Ola 50" {
		t.Errorf("with the click: got %s, want equal parts", got)
	}
	c.Add(time.Hour)
	settle(0)
	if n := rowsOf(t, db, `select max(round) from credits where application_id = $1`, app.ID); n != 2 {
		t.Errorf("%d rounds, want 2: nothing new, no round", n)
	}
	if n := rowsOf(t, db, `select count(*) from touches where application_id = $1 and kind = 'visitor'`, app.ID); n != 2 {
		t.Errorf("%d touches of the visitor, want the first and the last", n)
	}
	if again, err := db.SettleCredit(t.Context(), models.NewID()); again != 0 || err != nil {
		t.Errorf("an erased application: got %v, %v", again, err)
	}
}

// TestOnlyPeopleEarn judges the click of the form's link in every class, before and after it is shipped.
func TestOnlyPeopleEarn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		form    models.Applying // Class, Trapped, Email
		shipped string          // class of the click, empty where it never comes
		want    string
	}{
		{"human", models.Applying{Class: models.ClassHuman}, models.ClassHuman, "Ola 100"},
		{"no token", models.Applying{}, "", "Ola 100"},
		{"preview", models.Applying{Class: models.ClassPreview}, models.ClassPreview, "Ola 0"},
		{"known as a burst when it is shipped", models.Applying{Class: models.ClassHuman}, models.ClassSuspect, "Ola 0"},
		{"made ready ahead, then opened", models.Applying{Class: models.ClassHuman}, models.ClassPrefetch, "Ola 100"},
		{"a trapped program", models.Applying{Class: models.ClassHuman, Trapped: true}, models.ClassHuman, "Ola 0"},
		{"one's own link", models.Applying{Class: models.ClassHuman, Email: "OLA@example.org"}, models.ClassHuman, "Ola 0"},
		{"one's own link, signed in", models.Applying{Class: models.ClassSelf}, models.ClassSelf, "Ola 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db, c := open(t)
			job := publish(t, db, "Kokk")
			link := share(t, db, colleague(t, db, "Ola", "ola@example.org"), job, "x")
			in := tt.form
			in.JobID, in.Name, in.Link, in.ClickID = job.ID, "Kari Ek", &link, models.NewID()
			if in.Email == "" {
				in.Email = "k@example.com"
			}
			if tt.shipped != "" {
				in.ClickID = click(t, db, link, c.Now().Add(-time.Minute), uuid.New(), tt.shipped)
			}
			app, _, _, err := db.Apply(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			c.Add(2 * time.Hour)
			if _, err := db.SettleCredit(t.Context(), app.ID); err != nil {
				t.Fatal(err)
			}
			if got := standing(t, db, app.ID); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			apps, _, err := db.Applications(t.Context(), models.System(), models.ApplicationFilter{})
			if err != nil || (len(apps[0].Credits) == 1) != strings.HasSuffix(tt.want, "100") {
				t.Errorf("listed with %d credits, %v: a weight of 0 is no credit", len(apps[0].Credits), err)
			}
		})
	}
}

// TestARecountReachesLaterApplications finds that an earlier application came by no person's click: that is no evidence for the
// candidate's later one either.
func TestARecountReachesLaterApplications(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	job, later := publish(t, db, "Kokk"), publish(t, db, "Servitør")
	link := share(t, db, colleague(t, db, "Ola", "ola@example.org"), job, "x")
	policy(t, db, models.PolicyFirst, 30)
	page := click(t, db, link, c.Now().Add(-time.Minute), uuid.New(), models.ClassHuman)
	first, _, _, err := db.Apply(ctx, models.Applying{JobID: job.ID, Name: "K", Email: "k@example.com", Link: &link, ClickID: page, Class: models.ClassHuman})
	if err != nil {
		t.Fatal(err)
	}
	c.Add(24 * time.Hour)
	second, _, _, err := db.Apply(ctx, models.Applying{JobID: later.ID, Name: "K", Email: "k@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	for _, class := range []string{models.ClassHuman, models.ClassSuspect, models.ClassHuman} {
		if _, err := db.Pool().Exec(ctx, "update events set class = $1 where id = $2", class, page); err != nil {
			t.Fatal(err)
		}
		if _, err := db.RecountCredit(ctx); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{models.ClassHuman: "Ola 100", models.ClassSuspect: "Ola 0"}[class]
		if got := [2]string{standing(t, db, first.ID), standing(t, db, second.ID)}; got != [2]string{want, want} {
			t.Errorf("with a %s click: got %q, want %s for both", class, got, want)
		}
	}
}

// TestLedgerIsAppendOnly tries to change the ledger, which only an erased candidate's application may.
func TestLedgerIsAppendOnly(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	job := publish(t, db, "Kokk")
	link := share(t, db, colleague(t, db, "Ola", "ola@example.org"), job, "x")
	app := apply(t.Context(), t, db, job, &link, "k@example.com")
	for _, sql := range []string{
		"update credits set weight = 0.5", "update credits set reason = 'x', link_id = null", "update credits set link_id = null",
		"delete from credits", "truncate credits", "truncate applications cascade",
	} {
		if _, err := db.Pool().Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: got %v, want it refused", sql, err)
		}
	}
	if got := standing(t, db, app.ID); got != "Ola 100" {
		t.Errorf("after all that: got %s", got)
	}
	exec(t, db, "delete from candidates")
	if n := rowsOf(t, db, "select count(*) from credits"); n != 0 {
		t.Errorf("%d rows outlive the erased candidate", n)
	}
}

// TestPeopleDecideCredit matches an answer, overrides, appeals and decides; each step is a round of its own that says who and why.
func TestPeopleDecideCredit(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	job := publish(t, db, "Kokk")
	ola, liv, per := colleague(t, db, "Ola", "ola@example.org"), colleague(t, db, "Liv", "liv@example.org"), colleague(t, db, "Per", "per@example.org")
	hr := add(t, db, "hr@example.org", models.RoleHR)
	link := share(t, db, ola, job, "x")
	policy(t, db, models.PolicyEqual, 30)
	app, _, _, err := db.Apply(ctx, models.Applying{JobID: job.ID, Name: "Kari Ek", Email: "k@example.com", Link: &link, HeardFrom: "Liv i resepsjonen"})
	if err != nil {
		t.Fatal(err)
	}
	suggested, err := db.HeardSuggestions(ctx, app)
	if err != nil || len(suggested) != 1 || suggested[0].ID != liv.ID {
		t.Errorf("suggested: got %v, %v; want Liv", suggested, err)
	}
	appeal := func(u models.User) error { return db.AppealCredit(ctx, u, app.ID, "Det var meg") }
	decide := func(u models.User, outcome string) error {
		open, _, err := db.Appeals(ctx)
		if err != nil || len(open) == 0 {
			return errors.Join(err, errors.New("no open appeal"))
		}
		return db.DecideAppeal(ctx, u, open[0].ID, outcome, "Vi har snakket med dem")
	}
	for _, step := range []struct {
		name  string
		do    func() error
		fails bool
		want  string
	}{
		{"others do not match", func() error { return db.MatchHeard(ctx, ola, app.ID, liv.ID) }, true, "Ola 100"},
		{"match", func() error { return db.MatchHeard(ctx, hr, app.ID, liv.ID) }, false, "Liv 50, Ola 50"},
		{"match twice", func() error { return db.MatchHeard(ctx, hr, app.ID, liv.ID) }, false, "Liv 50, Ola 50"},
		{"nobody unnamed appeals", func() error { return appeal(per) }, true, "Liv 50, Ola 50"},
		{"appeal", func() error { return appeal(ola) }, false, "Liv 50, Ola 50"},
		{"only once", func() error { return appeal(ola) }, true, "Liv 50, Ola 50"},
		{"others do not decide", func() error { return decide(ola, models.AppealFull) }, true, "Liv 50, Ola 50"},
		{"granted", func() error { return decide(hr, models.AppealFull) }, false, "Liv 0, Ola 100"},
		{"nothing open", func() error { return decide(hr, models.AppealFull) }, true, "Liv 0, Ola 100"},
		{"rules do not touch it", func() error { _, err := db.RecountCredit(ctx); return err }, false, "Liv 0, Ola 100"},
		{"appeal against that", func() error { return appeal(liv) }, false, "Liv 0, Ola 100"},
		{"shared", func() error { return decide(hr, models.AppealShare) }, false, "Liv 50, Ola 50"},
		{"no override without a reason", func() error { return db.OverrideCredit(ctx, hr, app.ID, nil, "  ") }, true, "Liv 50, Ola 50"},
		{"others do not override", func() error { return db.OverrideCredit(ctx, ola, app.ID, nil, "Nei") }, true, "Liv 50, Ola 50"},
		{"parts of more than a whole", func() error {
			return db.OverrideCredit(ctx, hr, app.ID, []models.Share{{UserID: per.ID, Weight: 0.8}, {UserID: liv.ID, Weight: 0.8}}, "Ja")
		}, true, "Liv 50, Ola 50"},
		{"override", func() error {
			return db.OverrideCredit(ctx, hr, app.ID, []models.Share{{UserID: per.ID, Weight: 1}}, "Per ringte")
		}, false, "Liv 0, Ola 0, Per 100"},
		{"nobody", func() error { return db.OverrideCredit(ctx, hr, app.ID, nil, "Egen søknad") }, false, "Liv 0, Ola 0, Per 0"},
	} {
		if err := step.do(); (err != nil) != step.fails {
			t.Errorf("%s: got %v", step.name, err)
		}
		if got := standing(t, db, app.ID); got != step.want {
			t.Errorf("%s: got %s, want %s", step.name, got, step.want)
		}
	}
	rows, _, err := db.CreditLedger(ctx, hr, app.ID)
	if err != nil || rows[0].By == nil || rows[0].By.ID != hr.ID || rows[0].Note != "Egen søknad" || rows[0].Cause != models.CauseOverride {
		t.Errorf("the last round: got %+v, %v; want who and why", rows[0], err)
	}
	if got, _, err := db.Referrals(ctx, models.ReferralFilter{GroupBy: "employee"}); err != nil || got[0].Applications != 0 {
		t.Errorf("the report: got %+v, %v; want nobody credited", got, err)
	}
	own, err := db.OwnCredits(ctx, liv.ID, 50)
	if err != nil || len(own) != 1 || own[0].JobTitle != "Kokk" || own[0].Reason != "credit.not.decided" || own[0].Appeal == nil || own[0].Appeal.Answer == "" {
		t.Errorf("what Liv reads: got %+v, %v", own, err)
	}
}

// TestPreviewIsWhatReapplyingDoes changes the policy after applications came: they keep theirs, the preview tells what another would
// make of them, and applying it makes just that.
func TestPreviewIsWhatReapplyingDoes(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	job, other := publish(t, db, "Kokk"), publish(t, db, "Servitør")
	hr := add(t, db, "hr@example.org", models.RoleHR)
	var links []models.Link
	for i := range 4 {
		u := colleague(t, db, string(rune('A'+i)), fmt.Sprintf("u%d@example.org", i))
		links = append(links, share(t, db, u, job, "x"), share(t, db, u, other, "x"))
	}
	var apps []uuid.UUID
	for i := range 24 {
		on := []models.Job{job, other}[i%2]
		var link *models.Link
		if i%6 != 5 {
			link = &links[(i/2*2)%8+i%2]
		}
		visitor := uuid.New()
		for k := range i % 4 {
			click(t, db, links[(2*k+4)%8+i%2], c.Now().Add(-time.Duration(k+1)*time.Minute), visitor, []string{models.ClassHuman, models.ClassHuman, models.ClassBot}[(i+k)%3])
		}
		page := click(t, db, links[i%2], c.Now(), visitor, models.ClassHuman)
		app, _, _, err := db.Apply(ctx, models.Applying{
			JobID: on.ID, Name: "K", Email: fmt.Sprintf("k%d@example.com", i/2), Link: link, ClickID: page, Class: models.ClassHuman,
		})
		if err != nil {
			t.Fatal(err)
		}
		apps = append(apps, app.ID)
		c.Add(9 * time.Hour)
		if _, err := db.SettleCredit(ctx, app.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.OverrideCredit(ctx, hr, apps[0], nil, "Feil"); err != nil {
		t.Fatal(err)
	}
	all := func() map[string]string {
		out := map[string]string{}
		for _, id := range apps {
			out[id.String()] = standing(t, db, id)
		}
		return out
	}
	before := all()
	policy(t, db, models.PolicyPosition, 5)
	if !maps.Equal(all(), before) {
		t.Error("another policy changed old applications")
	}
	for _, p := range []string{models.PolicyFirst, models.PolicyEqual, models.PolicyPosition, models.PolicyLastLink} {
		now := weights(t, db)
		preview, err := db.PreviewCredit(ctx, p, 5, 0)
		if err != nil || preview.Applications != len(apps) || preview.Decided != 1 {
			t.Fatalf("preview of %s: got %+v, %v", p, preview, err)
		}
		for _, r := range preview.Rows {
			key := fmt.Sprint(r.ApplicationID, " ", r.Person)
			if now[key] != fmt.Sprintf("%.4f", r.Now) && (r.Now != 0 || now[key] != "") {
				t.Errorf("%s: the preview says now %.4f, it is %s", p, r.Now, now[key])
			}
			now[key] = fmt.Sprintf("%.4f", r.Then)
		}
		if _, err := db.ReapplyCredit(ctx, models.ReapplyCredit{Policy: p, WindowDays: 5, By: &hr.ID, Reason: "Ny praksis"}); err != nil {
			t.Fatal(err)
		}
		got := weights(t, db)
		if p != models.PolicyLastLink && len(preview.Rows) == 0 {
			t.Errorf("%s would change nothing: the test shows nothing", p)
		}
		maps.DeleteFunc(now, func(_, w string) bool { return w == "0.0000" })
		maps.DeleteFunc(got, func(_, w string) bool { return w == "0.0000" })
		if !maps.Equal(got, now) {
			t.Errorf("%s: the preview promised\n%v\nreapplying made\n%v", p, now, got)
		}
		if n, err := db.ReapplyCredit(ctx, models.ReapplyCredit{Policy: p, WindowDays: 5, Reason: "Igjen"}); err != nil || n != 0 {
			t.Errorf("%s again: got %d new rounds, %v; want none", p, n, err)
		}
	}
	if standing(t, db, apps[0]) != before[apps[0].String()] {
		t.Error("reapplying took a decision back")
	}
	if n := rowsOf(t, db, `select count(*) from (select sum(weight) as w from credits group by application_id, round) r where abs(w) > 1e-9 and abs(w - 1) > 1e-9`); n != 0 {
		t.Errorf("%d rounds sum neither to 1 nor to 0", n)
	}
}

// weights are those of every application's newest round, by application and person.
func weights(t *testing.T, db *models.DB) map[string]string {
	t.Helper()
	rows, err := db.Pool().Query(t.Context(), `select c.application_id || ' ' || u.name, to_char(c.weight, 'FM0.0000') from credits c join users u on u.id = c.user_id
		where c.round = (select max(round) from credits where application_id = c.application_id)`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var k, w string
		if err := rows.Scan(&k, &w); err != nil {
			t.Fatal(err)
		}
		out[k] = w
	}
	return out
}

// TestCreditIsFollowedByHand goes from the sentence to the raw event it speaks of, with nothing but the rows themselves.
func TestCreditIsFollowedByHand(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := context.Background()
	job := publish(t, db, "Kokk")
	link := share(t, db, colleague(t, db, "Ola", "ola@example.org"), job, "x")
	page := click(t, db, link, c.Now().Add(-time.Minute), uuid.New(), models.ClassHuman)
	app, _, _, err := db.Apply(ctx, models.Applying{JobID: job.ID, Name: "K", Email: "k@example.com", Link: &link, ClickID: page, Class: models.ClassHuman})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.SettleCredit(ctx, app.ID); err != nil {
		t.Fatal(err)
	}
	n := rowsOf(t, db, `
		select count(*) from credits c
		join touches t on t.application_id = c.application_id and t.user_id = c.user_id and t.event_id = c.event_id
		join events e on e.id = c.event_id and e.at = t.at and e.class = t.class and e.link_id = c.link_id
		join links l on l.id = e.link_id and l.user_id = c.user_id
		join applications a on a.id = c.application_id and a.click_id = e.id and a.credit_policy = c.policy
		where c.weight = 1 and c.reason = 'credit.last_link' and e.class = 'human' and e.kind = 'click'`)
	if n != 1 {
		t.Errorf("%d credits can be followed to their click, want 1", n)
	}
}

// byHand is the query that the documentation gives to follow an application's credit with.
func byHand(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../docs/credit.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```sql\n")
	sql, _, found := strings.Cut(rest, "```")
	if !found || strings.Count(sql, ":'application'") != 1 {
		t.Fatalf("no query with one application in docs/credit.md: %.200s", sql)
	}
	return strings.Replace(sql, ":'application'", "$1", 1)
}

// TestTheDocumentedQueryFollowsCredit runs just that for an application with evidence of three colleagues.
func TestTheDocumentedQueryFollowsCredit(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	job := publish(t, db, "Kokk")
	links := map[string]models.Link{}
	for _, name := range []string{"Liv", "Ola", "Per"} {
		links[name] = share(t, db, colleague(t, db, name, name+"@example.org"), job, "x")
	}
	policy(t, db, models.PolicyEqual, 30)
	visitor, ola := uuid.New(), links["Ola"]
	click(t, db, links["Liv"], c.Now().Add(-2*time.Hour), visitor, models.ClassHuman)
	click(t, db, links["Per"], c.Now().Add(-time.Hour), visitor, models.ClassPrefetch)
	page := click(t, db, ola, c.Now().Add(-time.Minute), visitor, models.ClassHuman)
	app, _, _, err := db.Apply(ctx, models.Applying{JobID: job.ID, Name: "K", Email: "k@example.com", Link: &ola, ClickID: page, Class: models.ClassHuman})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // what was gathered is looked at again
		if _, err := db.SettleCredit(ctx, app.ID); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := db.Pool().Query(ctx, byHand(t), app.ID)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowToMap)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range lines {
		part, _ := m["part"].(float64)
		got = append(got, fmt.Sprintf("%v %v: %v, %v at %s -> %.1f %v %v", m["colleague"], m["evidence"], m["raw_event"], m["taken_for"],
			m["clicked_at"].(time.Time).UTC().Format(time.TimeOnly), part, m["policy"], m["sentence"]))
		if m["link"] != links[m["colleague"].(string)].Code {
			t.Errorf("%v: got the link %v", m["colleague"], m["link"])
		}
	}
	want := []string{
		"Liv visitor: click human (, rules 1), human at 06:00:00 -> 0.5 equal/1 credit.visitor",
		"Ola link: click human (, rules 1), human at 07:59:00 -> 0.5 equal/1 credit.last_link",
		"Per visitor: click prefetch (, rules 1), prefetch at 07:00:00 -> 0.0 equal/1 credit.not.class",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
