package models_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// ear is somebody with an open page.
type ear struct {
	t    *testing.T
	db   *models.DB
	user models.User
	mark models.LiveMark
}

// listens is a page of that person that was made now.
func listens(t *testing.T, db *models.DB, u models.User) *ear {
	t.Helper()
	e := &ear{t: t, db: db, user: u}
	e.heard()
	return e
}

// heard are the topics since it was asked last, without the ids.
func (e *ear) heard() string {
	e.t.Helper()
	readers, err := e.db.LiveReaders(e.t.Context(), []uuid.UUID{e.user.ID})
	if err != nil {
		e.t.Fatal(err)
	}
	topics, mark, err := e.db.LiveSince(e.t.Context(), readers[e.user.ID], e.mark)
	if err != nil {
		e.t.Fatal(err)
	}
	e.mark = mark
	for i, topic := range topics {
		topics[i], _, _ = strings.Cut(topic, ":")
	}
	return strings.Join(slices.Compact(topics), " ")
}

// TestNobodyIsToldOfWhatIsNotTheirs does what may happen in a house and listens as everybody: that something happened is told to whom
// it concerns, and to nobody else.
func TestNobodyIsToldOfWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	hr := add(t, db, "hr@example.org", models.RoleHR)
	leader, other := add(t, db, "leader@example.org", models.RoleLeader), add(t, db, "other@example.org", models.RoleLeader)
	ada, bo := colleague(t, db, "Ada", "ada@example.org"), colleague(t, db, "Bo", "bo@example.org")
	job := publish(t, db, "Sykepleier")
	exec(t, db, `update jobs set leader_id = $2 where id = $1`, job.ID, leader.ID)
	link := share(t, db, ada, job, "x")
	bos := share(t, db, bo, publish(t, db, "Kokk"), "x")
	policy(t, db, models.PolicyEqual, 30)
	var app models.Application
	ears := []*ear{listens(t, db, hr), listens(t, db, leader), listens(t, db, other), listens(t, db, ada), listens(t, db, bo)}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		name                       string
		do                         func()
		hr, leader, other, ada, bo string
	}{
		{"nothing", func() {}, "", "", "", "", ""},
		{"a click on Ada's link", func() { click(t, db, link, c.Now(), uuid.New(), models.ClassHuman) }, "report", "", "", "links", ""},
		{"a bot on Ada's link", func() { click(t, db, link, c.Now(), uuid.New(), models.ClassBot) }, "report", "", "", "", ""},
		{"a click on Bo's link", func() { click(t, db, bos, c.Now(), uuid.New(), models.ClassHuman) }, "report", "", "", "", "links"},
		{"a link is made", func() { share(t, db, ada, job, "qr") }, "job", "", "", "links", ""},
		{"somebody applies by Ada's link", func() {
			var err error
			app, _, _, err = db.Apply(t.Context(), models.Applying{JobID: job.ID, Name: "Kari Ek", Email: "k@example.com", Link: &link, Class: models.ClassHuman})
			must(err)
		}, "application applications job owed report", "application applications job notices owed", "", "links owed", ""},
		{"HR takes a step, of which the candidate lets Ada know nothing", func() {
			_, err := db.MoveStage(t.Context(), hr, app.ID, models.StageScreening, "")
			must(err)
		}, "application applications job report", "application applications job", "", "", ""},
		{"the candidate lets Ada know", func() {
			exec(t, db, `update applications set colleague_learns = 'progress' where id = $1`, app.ID)
		}, "application applications job report", "application applications job", "", "links", ""},
		{"the leader takes a step", func() {
			_, err := db.MoveStage(t.Context(), leader, app.ID, models.StageInterview, "")
			must(err)
		}, "application applications job owed report", "application applications job notices owed", "", "links owed", ""},
		{"another leader takes over", func() {
			exec(t, db, `update jobs set leader_id = $2 where id = $1`, job.ID, other.ID)
		}, "applications job jobs", "", "applications job jobs", "", ""},
		{"a step after that", func() {
			_, err := db.MoveStage(t.Context(), hr, app.ID, models.StageOffer, "")
			must(err)
		}, "application applications job owed report", "", "application applications job notices owed", "links owed", ""},
		{"the candidate of earlier comes again by Bo's link, of which Ada is not told", func() {
			exec(t, db, `insert into credits (id, application_id, round, user_id, weight, policy, reason, reason_args, at)
				select gen_random_uuid(), $1, max(round) + 1, $2, 1, 'equal/1', 'x', '{"Touch": "credit.before"}', now() from credits where application_id = $1`, app.ID, ada.ID)
		}, "application applications job report", "", "application applications job", "", ""},
		{"a clip is made", func() { shownClip(t, db, job, "En dag", 1) }, "clip clips job", "", "", "", ""},
	} {
		step.do()
		for i, want := range []string{step.hr, step.leader, step.other, step.ada, step.bo} {
			if got := ears[i].heard(); got != want {
				t.Errorf("%s: %s heard %q, want %q", step.name, ears[i].user.Email, got, want)
			}
		}
	}
}

// TestAChangeThatIsSlowToCommitIsNotMissed reads the line of changes while one that began first is not there yet.
func TestAChangeThatIsSlowToCommitIsNotMissed(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ada := colleague(t, db, "Ada", "ada@example.org")
	job := publish(t, db, "Sykepleier")
	page := listens(t, db, ada)
	tx, err := db.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context())
	if _, err := tx.Exec(t.Context(), `insert into links (id, code, user_id, job_id, channel, created_at) values (gen_random_uuid(), 'abc', $1, $2, 'qr', now())`, ada.ID, job.ID); err != nil {
		t.Fatal(err)
	}
	if got := page.heard(); got != "" {
		t.Errorf("before the commit: heard %q", got)
	}
	share(t, db, colleague(t, db, "Bo", "bo@example.org"), job, "x") // a later one is there before
	if got := page.heard(); got != "" {
		t.Errorf("of another's link: heard %q", got)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := page.heard(); got != "links" {
		t.Errorf("after the commit: heard %q, want links", got)
	}
}

// TestAMarkOfLongAgoIsToldSo comes back after what happened meanwhile has been forgotten, or is too much.
func TestAMarkOfLongAgoIsToldSo(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	hr := models.LiveReader{ID: add(t, db, "hr@example.org", models.RoleHR).ID, Role: models.RoleHR}
	ada := models.LiveReader{ID: colleague(t, db, "Ada", "ada@example.org").ID, Role: models.RoleEmployee}
	_, mark, err := db.LiveSince(t.Context(), ada, models.LiveMark{})
	if err != nil {
		t.Fatal(err)
	}
	gap := func(name string, r models.LiveReader, since models.LiveMark, want bool) models.LiveMark {
		t.Helper()
		_, next, err := db.LiveSince(t.Context(), r, since)
		if errors.Is(err, models.ErrLiveGap) != want || err != nil && !want {
			t.Errorf("%s: got %v, want a gap: %t", name, err, want)
		}
		if _, _, err := db.LiveSince(t.Context(), r, next); err != nil {
			t.Errorf("%s: the mark that came with it: %v", name, err)
		}
		return next
	}
	gap("at once", ada, mark, false)
	gap("of another database", ada, models.ParseLiveMark(fmt.Sprintf("7:%d:-%d", 1<<40+7, c.Now().Unix())), true)
	exec(t, db, `insert into live_changes (kind, about) select 'application', gen_random_uuid() from generate_series(1, 3000)`)
	gap("much has happened", hr, mark, true)
	gap("much has happened, nothing of it one's own", ada, mark, false)
	c.Add(2 * time.Hour)
	gap("two hours later", ada, mark, true)
	exec(t, db, `update live_changes set at = $1`, c.Now().Add(-2*time.Hour-time.Minute))
	if err := db.ForgetExpired(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := rowsOf(t, db, `select count(*) from live_changes`); n != 0 {
		t.Errorf("%d changes are kept for longer than they are good for", n)
	}
}

func TestLiveMarkIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	for _, snapshot := range []string{"77:77:", "77:90:77", "77:90:77,80,89"} {
		m := models.LiveMark{Snapshot: snapshot, At: time.Unix(1764000000, 0)}
		if got := models.ParseLiveMark(m.String()); got != m {
			t.Errorf("got %+v, want %+v", got, m)
		}
	}
	for _, s := range []string{
		"", "-", "7", "x-1", "-1-1", "7-x", "7:9:", "7:9:-x", "0:9:-1", "9:7:-1", "7:9:6-1", "7:9:9-1", "7:9:8,7-1", "7:9:8,-1", "07:9:-1", "7:9-1", "7:9::-1", "7:4294967296:-1",
		"7:99999999999999999999:-1", "1:9999:" + strings.Repeat("2,", 3000) + "2-1",
	} {
		if got := models.ParseLiveMark(s); got != (models.LiveMark{}) {
			t.Errorf("%q: got %+v, want none", s, got)
		}
	}
}
