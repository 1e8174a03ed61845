package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"kollega/internal/i18n"
	"kollega/models"
)

// told are the sentences of somebody's notices, the newest first.
func told(t *testing.T, db *models.DB, u models.User) []string {
	t.Helper()
	ns, _, err := db.Notices(t.Context(), u, "")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range ns {
		out = append(out, n.Say(texts.For("en")))
	}
	return out
}

func unread(t *testing.T, db *models.DB, u models.User) int {
	t.Helper()
	n, err := db.UnreadNotices(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func ofJob(u models.User, j models.Job) models.Notice {
	return models.Notice{UserID: u.ID, Kind: models.NoticeNewJob, About: j.ID, JobID: &j.ID}
}

func notify(t *testing.T, db *models.DB, ns ...models.Notice) {
	t.Helper()
	if err := db.Notify(t.Context(), ns...); err != nil {
		t.Fatal(err)
	}
}

func TestNoticesAreToldOnce(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ada, bo, gone := staff(t, db, "Ada", models.RoleEmployee), staff(t, db, "Bo", models.RoleEmployee), staff(t, db, "Cid", models.RoleEmployee)
	if err := db.Deactivate(t.Context(), models.System(), gone.ID); err != nil {
		t.Fatal(err)
	}
	cook := publish(t, db, "Kokk")
	own := ofJob(bo, cook)
	own.ActorID = &bo.ID // Bo did it
	for range 2 {
		notify(t, db, ofJob(ada, cook), own, ofJob(gone, cook), models.Notice{UserID: uuid.New(), Kind: models.NoticeNewJob, About: cook.ID})
	}
	if got, want := told(t, db, ada), []string{"New job to share: Kokk"}; !slices.Equal(got, want) {
		t.Errorf("Ada is told %q, want %q", got, want)
	}
	if n := rowsOf(t, db, `select count(*) from notices`); n != 1 {
		t.Errorf("%d notices, want none for who did it, who has left and who never was", n)
	}
	if err := db.Notify(t.Context(), models.Notice{UserID: ada.ID, Kind: "gossip", About: cook.ID}); err == nil {
		t.Error("an unknown kind was taken")
	}
}

// TestNoticesGoWithWhatTheyAreAbout: nothing is told of a change that was rolled back, nor of what somebody may not see any more, and what
// they could not read counts as read.
func TestNoticesGoWithWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada := staff(t, db, "Ada", models.RoleEmployee)
	cook, nurse := publish(t, db, "Kokk"), publish(t, db, "Sykepleier")
	changed := errors.New("changed my mind")
	err := db.Tx(ctx, func(tx *models.DB) error {
		notify(t, tx, ofJob(ada, cook))
		return changed
	})
	if !errors.Is(err, changed) || unread(t, db, ada) != 0 {
		t.Errorf("%v, %d unread: told of a change that was rolled back", err, unread(t, db, ada))
	}
	notify(t, db, ofJob(ada, cook))
	notify(t, db, ofJob(ada, nurse))
	if n := unread(t, db, ada); n != 2 {
		t.Fatalf("%d unread, want 2", n)
	}
	exec(t, db, `update jobs set status = 'draft' where id = $1`, cook.ID)
	if got, want := told(t, db, ada), []string{"New job to share: Sykepleier"}; !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
	if n := unread(t, db, ada); n != 1 {
		t.Errorf("%d unread, want 1: the other cannot be read", n)
	}
	var hidden uuid.UUID
	if err := db.Pool().QueryRow(ctx, `select id from notices where about = $1`, cook.ID).Scan(&hidden); err != nil {
		t.Fatal(err)
	}
	if _, err := db.OpenNotice(ctx, ada, hidden); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("opening what may not be seen: %v, want not found", err)
	}
	exec(t, db, `delete from jobs where id = $1`, nurse.ID)
	if got := told(t, db, ada); len(got) != 0 {
		t.Errorf("told %q of a job that is gone", got)
	}
}

func TestNoticesAreRead(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	ctx := t.Context()
	ada, bo := staff(t, db, "Ada", models.RoleEmployee), staff(t, db, "Bo", models.RoleEmployee)
	for _, title := range []string{"Kokk", "Baker", "Smed"} {
		j := publish(t, db, title)
		notify(t, db, ofJob(ada, j), ofJob(bo, j))
		clock.Add(time.Minute)
	}
	ns, _, err := db.Notices(ctx, ada, "")
	if err != nil || len(ns) != 3 {
		t.Fatalf("%d notices, %v", len(ns), err)
	}
	n, err := db.OpenNotice(ctx, ada, ns[0].ID)
	if err != nil || n.Told.Path != "/share/"+n.About.String() || unread(t, db, ada) != 2 {
		t.Errorf("opened: leads to %q, %v, %d unread", n.Told.Path, err, unread(t, db, ada))
	}
	if _, err := db.ReadNotice(ctx, bo, ns[1].ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("Bo reads Ada's: %v, want not found", err)
	}
	if err := db.ReadNotices(ctx, ada.ID, []string{models.NoticeNewJob}, ns[1].About); err != nil || unread(t, db, ada) != 1 {
		t.Errorf("%d unread, %v, want 1", unread(t, db, ada), err)
	}
	if err := db.ReadNotices(ctx, ada.ID, nil); err != nil || unread(t, db, ada) != 0 || unread(t, db, bo) != 3 {
		t.Errorf("%d and %d unread, %v, want 0 and Bo's 3", unread(t, db, ada), unread(t, db, bo), err)
	}
}

func TestPublishingTellsTheHouse(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	hr, ada, invited := staff(t, db, "Hanne", models.RoleHR), staff(t, db, "Ada", models.RoleEmployee), staff(t, db, "Ivar", models.RoleEmployee)
	exec(t, db, `update users set joined_at = now() where id in ($1, $2)`, hr.ID, ada.ID)
	j, err := db.CreateJob(models.As(ctx, hr), &hr.ID, models.JobInput{Title: "Kokk", Description: "Lag mat.", Location: "Bodø", Country: "NO", EmploymentType: "FULL_TIME"})
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []string{models.JobPublished, models.JobClosed, models.JobPublished} {
		if err := db.SetJobStatus(models.As(ctx, hr), j.ID, status); err != nil {
			t.Fatal(err)
		}
		if status == models.JobPublished {
			continue
		}
		if n := unread(t, db, ada); n != 0 {
			t.Errorf("%d unread about a job that is closed", n)
		}
	}
	if unread(t, db, hr) != 0 || unread(t, db, invited) != 0 {
		t.Error("who published it, or who has not joined, is told")
	}
	k, err := db.AddJob(models.As(ctx, hr), &hr.ID, models.JobInput{Title: "Baker", Description: "Bak.", Location: "Bodø", Country: "NO", EmploymentType: "FULL_TIME"}, models.JobPublished)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := told(t, db, ada), []string{"New job to share: Baker"}; !slices.Equal(got, want) {
		t.Errorf("told %q, want %q, and not again of the other job", got, want)
	}
	if n := rowsOf(t, db, `select count(*) from notices where about = $1 and due_at is null`, k.ID); n != 1 {
		t.Errorf("%d notices without a mail of their own, want 1: the weekly mail tells of what is worth sharing", n)
	}
}

// TestOpenPagesHearOfNotices: the topic goes to whom they are for, in one line however many are read.
func TestOpenPagesHearOfNotices(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada, bo, hr := staff(t, db, "Ada", models.RoleEmployee), staff(t, db, "Bo", models.RoleEmployee), staff(t, db, "Hanne", models.RoleHR)
	_, mark, err := db.LiveChanges(ctx, models.LiveMark{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	heard := func(u models.User) []string {
		t.Helper()
		topics, _, err := db.LiveSince(ctx, models.LiveReader{ID: u.ID, Role: u.Role}, mark)
		if err != nil {
			t.Fatal(err)
		}
		return slices.DeleteFunc(topics, func(s string) bool { return s != "notices" })
	}
	var ns []models.Notice
	for range 5 {
		ns = append(ns, models.Notice{UserID: ada.ID, Kind: models.NoticeThanks, About: uuid.New()})
	}
	notify(t, db, ns...)
	if len(heard(ada)) != 1 || len(heard(bo)) != 0 || len(heard(hr)) != 0 {
		t.Errorf("Ada hears %q, Bo %q, HR %q", heard(ada), heard(bo), heard(hr))
	}
	before := rowsOf(t, db, `select count(*) from live_changes where kind = 'notice'`)
	if err := db.ReadNotices(ctx, ada.ID, nil); err != nil {
		t.Fatal(err)
	}
	if err := db.ReadNotices(ctx, ada.ID, nil); err != nil {
		t.Fatal(err)
	}
	if n := rowsOf(t, db, `select count(*) from live_changes where kind = 'notice'`) - before; n != 1 {
		t.Errorf("%d lines for reading five notices, and nothing, want 1", n)
	}
}

// TestNoticesAreReadByTheirIndexes explains the page, the count and the making of mails on 100,000 notices.
func TestNoticesAreReadByTheirIndexes(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	ada := staff(t, db, "Ada", models.RoleEmployee)
	exec(t, db, `insert into users (id, email, email_key, name, role, created_at, updated_at)
		select gen_random_uuid(), n || '@example.org', n || '@example.org', 'Kari', 'employee', now(), now() from generate_series(1, 200) n`)
	exec(t, db, `insert into notices (id, user_id, kind, about, at, read_at, way, due_at)
		select gen_random_uuid(), u.id, 'thanks', gen_random_uuid(), now() - n * interval '1 minute', case when n % 10 > 0 then now() end, 'daily',
		       case when n = 10 then now() + interval '1 hour' end
		from users u cross join generate_series(1, 500) n`)
	exec(t, db, `analyze notices`)
	ns, next, err := db.Notices(t.Context(), ada, "")
	if err != nil || len(ns) != 0 || next != "" {
		t.Errorf("%d notices, next %q, %v, want none: nothing tells of these", len(ns), next, err)
	}
	for _, cursor := range []string{"", models.TimeCursor(clock.Now(), ada.ID)} {
		plans, err := db.ExplainNotices(t.Context(), ada.ID, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for name, plan := range plans {
			if strings.Contains(plan, "Seq Scan on notices") || !strings.Contains(plan, "notices_") {
				t.Errorf("%s is not read by an index:\n%s", name, plan)
			}
			if name == "the page" && strings.Contains(plan, "Sort") {
				t.Errorf("the page is sorted, not read in order:\n%s", plan)
			}
		}
	}
}

// ids are the rows of a query for ids.
func ids(t *testing.T, rows pgx.Rows) []uuid.UUID {
	t.Helper()
	found, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		t.Fatal(err)
	}
	return found
}
