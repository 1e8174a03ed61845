package demo_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"kollega/cmd/kollega/demo"
	"kollega/internal/document"
	"kollega/internal/testenv"
	"kollega/models"
	"kollega/storage/storagetest"
)

func TestMain(m *testing.M) { testenv.Main(m) }

func options(t *testing.T) demo.Options {
	t.Helper()
	db, err := models.Open(t.Context(), testenv.Database(t, models.SchemaVersion(), models.Migrate))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	store, _ := storagetest.New(t)
	return demo.Options{
		DB: db, Store: store, Dir: filepath.Join(t.TempDir(), "work"), Log: slog.New(slog.DiscardHandler), Say: t.Logf,
		Employees: 12, Events: 9_000, Posts: 40, Notices: 150,
	}
}

// one is the first column of the first row.
func one[T any](t *testing.T, db *models.DB, sql string) (v T) {
	t.Helper()
	if err := db.Pool().QueryRow(context.WithoutCancel(t.Context()), sql).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func TestDemonstration(t *testing.T) {
	t.Parallel()
	o := options(t)
	made, err := demo.Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if made.Employees != 12 || made.Jobs != 4 || made.Events != 9_000 || made.Applications < 10 || made.Hires < 1 || made.Links < 15 {
		t.Errorf("made %+v", made)
	}
	t.Run("totals agree", func(t *testing.T) { totalsAgree(t, o.DB, made) })
	t.Run("nothing is wrong", func(t *testing.T) { nothingWrong(t, o.DB) })
	t.Run("CVs open", func(t *testing.T) { cvsOpen(t, o) })
	t.Run("clips play", func(t *testing.T) { clipsPlay(t, o) })
	t.Run("groups are talked in", func(t *testing.T) {
		if n := one[int](t, o.DB, `select count(*) from posts where parent_id is null`); n != 40 {
			t.Errorf("%d posts", n)
		}
		if n := one[int](t, o.DB, `select count(*) from groups g where g.kind <> 'talk' and not exists (select from group_members m where m.group_id = g.id and m.owner)`); n != 0 {
			t.Errorf("%d groups without an owner", n)
		}
	})
	t.Run("notices tell of what happened", func(t *testing.T) { noticesTell(t, o.DB) })
	t.Run("log-ins work", func(t *testing.T) { loginsWork(t, o.DB, made) })
	t.Run("rewards are in several states", func(t *testing.T) {
		if states := one[int](t, o.DB, "select count(distinct state)::int from rewards"); states < 3 {
			t.Errorf("rewards are in %d states, want 3 or 4", states)
		}
	})
	t.Run("a second one is refused", func(t *testing.T) {
		again, err := demo.Make(t.Context(), o)
		if !errors.Is(err, demo.ErrStands) {
			t.Errorf("got %v, want ErrStands", err)
		}
		if again.Password != made.Password || len(again.Logins) != len(made.Logins) {
			t.Errorf("log-ins %+v, want those of %+v", again, made)
		}
	})
}

// noticesTell counts notices, and asks as everybody what they say: each of them can be read.
func noticesTell(t *testing.T, db *models.DB) {
	if n := one[int](t, db, `select count(*) from notices`); n != 150 {
		t.Errorf("%d notices, want 150", n)
	}
	if kinds := one[int](t, db, `select count(distinct kind) from notices`); kinds < 5 {
		t.Errorf("notices of %d kinds", kinds)
	}
	if n := one[int](t, db, `select count(*) from notices where read_at is null`); n == 0 || n > 100 {
		t.Errorf("%d of 150 notices are unread", n)
	}
	for _, role := range []string{models.RoleEmployee, models.RoleLeader, models.RoleHR} {
		for _, id := range one[[]uuid.UUID](t, db, `select array_agg(id) from users where role = '`+role+`'`) {
			u, err := db.User(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			told, _, err := db.Notices(t.Context(), u, "")
			var all int
			if err == nil {
				err = db.Pool().QueryRow(t.Context(), `select count(*) from notices where user_id = $1`, id).Scan(&all)
			}
			if err != nil || len(told) != all {
				t.Errorf("%s is told %d notices of %d, %v", u.Name, len(told), all, err)
			}
		}
	}
}

// totalsAgree compares events with their rollups and with the report, of all and of people.
func totalsAgree(t *testing.T, db *models.DB, made demo.Result) {
	for _, kind := range []struct{ event, count string }{
		{"click", "clicks"},
		{"view", "views"},
		{"play", "plays"},
		{"q25", "q25"},
		{"q50", "q50"},
		{"q75", "q75"},
		{"q100", "q100"},
		{"sound", "sounds"},
		{"apply_start", "apply_starts"},
	} {
		for _, class := range []string{"human", "preview", "bot", "prefetch", "self", "internal", "suspect"} {
			events := one[int64](t, db, "select count(*) from events where kind = '"+kind.event+"' and class = '"+class+"'")
			counts := one[int64](t, db, "select coalesce(sum("+kind.count+"), 0)::bigint from counts where class = '"+class+"'")
			if events != counts {
				t.Errorf("%s by %s: %d events, counted %d", kind.event, class, events, counts)
			}
			if events == 0 && (class == "human" || kind.event == "click") {
				t.Errorf("no %s by %s", kind.event, class)
			}
		}
	}
	for _, group := range []string{"employee", "team", "job", "channel"} {
		rows, _, err := db.Referrals(t.Context(), models.ReferralFilter{GroupBy: group})
		if err != nil {
			t.Fatal(err)
		}
		var sum models.Referral
		for _, r := range rows {
			sum.Hits, sum.Clicks, sum.Plays = sum.Hits+r.Hits, sum.Clicks+r.Clicks, sum.Plays+r.Plays
			sum.Applications, sum.Hires = sum.Applications+r.Applications, sum.Hires+r.Hires
		}
		want := models.Referral{
			Hits:         one[int64](t, db, "select count(*) from events where kind = 'click' and link_id is not null"),
			Clicks:       one[int64](t, db, "select count(*) from events where kind = 'click' and class = 'human' and link_id is not null"),
			Plays:        one[int64](t, db, "select count(*) from events where kind = 'play' and class = 'human' and link_id is not null"),
			Applications: one[int64](t, db, "select count(*) from applications where link_id is not null"),
			Hires:        one[int64](t, db, "select count(*) from applications where link_id is not null and stage = 'hired'"),
		}
		if sum != want {
			t.Errorf("report by %s: sums to %+v, want %+v", group, sum, want)
		}
	}
	if told, counted := one[int](t, db, "select count(*) from events where kind = 'watched' and class = 'human'"), one[int](t, db, "select sum(visits)::int from watched"); told == 0 || told != counted {
		t.Errorf("%d visits told what they watched, counted %d", told, counted)
	}
	if n := one[int](t, db, "select count(distinct comparison_id)::int from compared where visitors > 0 and applications > 0"); n != 2 {
		t.Errorf("%d comparisons have visitors and applications, want 2", n)
	}
	// Those of jobs that were filled in earlier years came without visits.
	if n := one[int](t, db, "select count(*) from applications a join jobs j on j.id = a.job_id where j.status = 'published'"); n != made.Applications {
		t.Errorf("%d applications, said %d", n, made.Applications)
	}
	if n := one[int](t, db, "select count(*) from events where kind = 'apply'"); n != made.Applications {
		t.Errorf("%d events of applying, want %d", n, made.Applications)
	}
}

// nothingWrong counts what must not be.
func nothingWrong(t *testing.T, db *models.DB) {
	for what, sql := range map[string]string{
		"events ahead of time":             "select count(*) from events where at + after_ms * interval '1 ms' > now()",
		"clicks before their link":         "select count(*) from events e join links l on l.id = e.link_id where e.at < l.created_at",
		"clicks before their job":          "select count(*) from events e join jobs j on j.id = e.job_id where e.at < j.published_at",
		"questions ahead of time":          "select count(*) from stays s join applications a on a.id = s.application_id where asked_at > now() or answered_at > now() or asked_at < a.stage_since",
		"events of another job":            "select count(*) from events e join links l on l.id = e.link_id where e.job_id <> l.job_id",
		"touches without their click":      "select count(*) from events e where click_id is not null and not exists (select from events c where c.id = e.click_id)",
		"applications ahead of time":       "select count(*) from applications where submitted_at > now() or updated_at > now()",
		"applications without their click": "select count(*) from applications a join jobs j on j.id = a.job_id where j.status = 'published' and not exists (select from events e where e.id = a.click_id)",
		"stages that no step led to":       "select count(*) from applications a where stage <> 'new' and stage <> (select to_stage from stage_changes where application_id = a.id order by at desc limit 1)",
		"judged by other skills than seen": `select count(*) from applications a where skills_seen <> (
			select count(*) > 0 and count(*) = count(*) filter (where m.mark = 'seen')
			from job_skills s left join standing_skill_marks m on m.application_id = a.id and m.skill_id = s.skill_id where s.job_id = a.job_id and s.need = 'required')`,
		"notes and marks before their application": "select count(*) from applications a where exists (select from notes n where n.application_id = a.id and n.at < a.submitted_at) or exists (select from skill_marks m where m.application_id = a.id and m.at < a.submitted_at)",
		"credits for the open door":                "select count(*) from credits c join applications a on a.id = c.application_id where a.link_id is distinct from c.link_id",
		"applications by links uncredited":         "select count(*) from applications a where link_id is not null and not exists (select from credits where application_id = a.id)",
		"mails to people who do not exist":         "select count(*) from river_job where kind = 'send_mail'",
		"notices ahead of time":                    "select count(*) from notices where at > now() or read_at > now() or read_at < at",
		"notices of what they did themselves":      "select count(*) from notices where actor_id = user_id",
		"notices of closed groups to others": `select count(*) from notices n join groups g on g.id = n.group_id where g.kind <> 'open'
			and not exists (select from group_members m where m.group_id = g.id and m.user_id = n.user_id)`,
		"jobs past their deadline":           "select count(*) from jobs where deadline < now() or status not in ('published', 'filled')",
		"addresses outside the example ones": "select count(*) from candidates where email not like '%@example.com' and email not like '%@example.net'",
	} {
		if n := one[int64](t, db, sql); n != 0 {
			t.Errorf("%s: %d", what, n)
		}
	}
}

// clipsPlay fetches every made file of every job's clip.
func clipsPlay(t *testing.T, o demo.Options) {
	jobs, err := o.DB.OpenJobs(t.Context())
	if err != nil || len(jobs) != 4 {
		t.Fatalf("%d open jobs, %v", len(jobs), err)
	}
	for _, j := range jobs {
		clips, err := o.DB.PublishedClips(t.Context(), j.ID)
		if err != nil || len(clips) < 1 || len(clips) > 2 {
			t.Fatalf("%s: %d clips, %v", j.Title, len(clips), err)
		}
		c := clips[0]
		if c.Duration < 6 || c.Duration > 10 || len(c.Captions) != 2 {
			t.Errorf("%s: %.1f s, %d captions", j.Title, c.Duration, len(c.Captions))
		}
		for _, name := range []string{"video", "small", "poster", "social"} {
			f, ok := c.File(name)
			if !ok {
				t.Errorf("%s: no %s", j.Title, name)
				continue
			}
			if info, err := o.Store.Head(t.Context(), f.Key); err != nil || info.Size != f.Size || info.Size < 5000 {
				t.Errorf("%s: %s: %+v, %v", j.Title, name, info, err)
			}
		}
	}
}

// cvsOpen fetches the CVs and has them told as any upload is.
func cvsOpen(t *testing.T, o demo.Options) {
	rows, err := o.DB.Pool().Query(t.Context(), "select cv_key from applications where cv_key <> ''")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(keys) < 10 {
		t.Fatalf("%d CVs, %v", len(keys), err)
	}
	path := filepath.Join(t.TempDir(), "cv")
	if err := o.Store.Fetch(t.Context(), keys[0], path); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if kind, err := document.Check(f, 1<<20); err != nil || kind != document.PDF {
		t.Errorf("got %+v, %v", kind, err)
	}
}

func loginsWork(t *testing.T, db *models.DB, made demo.Result) {
	for _, l := range made.Logins[:4] {
		if u, err := db.LogIn(t.Context(), l.Email, made.Password, "192.0.2.1"); err != nil || u.Email != l.Email {
			t.Errorf("%s: %v", l.Email, err)
		}
	}
}

func TestDemonstrationRefusesWhereRealDataIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		prepare func(ctx context.Context, db *models.DB) error
	}{
		{"an organisation", func(ctx context.Context, db *models.DB) error {
			_, err := db.SetUp(ctx, models.FirstRun{
				Organisation: "Ekte AS", Language: "nb", Email: "sjef@ekte.no", Name: "Sjef Sjefsen", Password: "noe-langt-og-eget-9",
			})
			return err
		}},
		{"one person", func(ctx context.Context, db *models.DB) error {
			_, err := db.AddUser(ctx, models.User{Role: models.RoleAdmin}, models.NewUser{Email: "en@ekte.no", Name: "En Ekte", Role: models.RoleEmployee})
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := options(t)
			if err := c.prepare(t.Context(), o.DB); err != nil {
				t.Fatal(err)
			}
			before := one[int](t, o.DB, "select count(*) from users")
			if _, err := demo.Make(t.Context(), o); !errors.Is(err, demo.ErrRealData) {
				t.Errorf("got %v, want ErrRealData", err)
			}
			if after := one[int](t, o.DB, "select count(*) from users"); after != before {
				t.Errorf("%d people, were %d", after, before)
			}
		})
	}
}
