package models_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// log is the audit log, newest first.
func auditLog(t *testing.T, db *models.DB, f models.AuditFilter) []models.AuditEntry {
	t.Helper()
	entries, _, err := db.AuditLog(t.Context(), models.System(), f)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestTheAuditLogIsAppendOnly(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	if err := db.Audit(ctx, models.Deed{Verb: models.DidChange, Kind: models.OfRules}); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		`update audit set name = 'Ingen'`, `update audit set at = now() - interval '9 years'`, `delete from audit`, `truncate audit`,
		`update audit set verb = 'seen' where false`,
	} {
		if _, err := db.Pool().Exec(ctx, sql); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: got %v, want to be refused", sql, err)
		}
	}
	if got := auditLog(t, db, models.AuditFilter{}); len(got) != 1 || got[0].Actor != models.ActorSystem {
		t.Errorf("got %+v", got)
	}
}

func TestTheAuditLogTakesNoWords(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	for _, d := range []models.Deed{
		{Verb: "looked", Kind: models.OfJob},
		{Verb: models.DidSee, Kind: "secret"},
		{Verb: models.DidSee, Kind: models.OfJob, Details: models.Facts{"name": "Ola Nordmann"}},
		{Verb: models.DidSee, Kind: models.OfJob, Details: models.Facts{"email": "ola@example.org"}},
		{Verb: models.DidSee, Kind: models.OfJob, Details: models.Facts{"Name": "x"}},
		{Verb: models.DidSee, Kind: models.OfJob, Details: models.Facts{"list": []string{"x"}}},
	} {
		if err := db.Audit(t.Context(), d); err == nil {
			t.Errorf("%+v was taken", d)
		}
	}
	if got := auditLog(t, db, models.AuditFilter{}); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestAChangeAndItsEntryAreThereTogether(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	hr := add(t, db, "hr@example.org", models.RoleHR)
	app := apply(ctx, t, db, publish(t, db, "Kokk"), nil, "c@example.org")
	exec(t, db, `alter table audit add constraint away check (kind <> 'application')`) // the log cannot be written
	if _, err := db.MoveStage(ctx, hr, app.ID, models.StageInterview, ""); err == nil {
		t.Error("moved without an entry")
	}
	exec(t, db, `alter table audit drop constraint away`)
	if got, err := db.Application(ctx, hr, app.ID); err != nil || got.Stage != models.StageNew {
		t.Errorf("got %s %v, want what was there before", got.Stage, err)
	}
	if _, err := db.MoveStage(ctx, hr, app.ID, models.StageInterview, ""); err != nil {
		t.Fatal(err)
	}
	got := auditLog(t, db, models.AuditFilter{SubjectID: &app.ID})
	if len(got) != 1 || got[0].Name != hr.Name || *got[0].UserID != hr.ID || got[0].Details["stage"] != "new>interview" || got[0].Label != "Kokk" {
		t.Errorf("got %+v", got)
	}
}

func TestEntriesOutliveWhoAndWhatTheyTellOf(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	hr, left := add(t, db, "hr@example.org", models.RoleHR), add(t, db, "borte@example.org", models.RoleHR)
	app := apply(ctx, t, db, publish(t, db, "Kokk"), nil, "c@example.org")
	if _, err := db.AddNote(ctx, left, app.ID, "Ringt"); err != nil {
		t.Fatal(err)
	}
	exec(t, db, `delete from users where id = $1`, left.ID)
	if err := db.EraseByHR(ctx, hr, app.ID, "asked"); err != nil {
		t.Fatal(err)
	}
	got := auditLog(t, db, models.AuditFilter{SubjectID: &app.ID})
	if len(got) != 2 || got[0].Verb != models.DidErase || got[0].Details["reason"] != "asked" || !got[0].Gone || got[1].Name != left.Name || *got[1].UserID != left.ID {
		t.Errorf("got %+v, want the erasing and, by %s, the marking", got, left.Name)
	}
}

func TestTheAuditLogIsFoundByEveryFilter(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	admin, hr := add(t, db, "a@example.org", models.RoleAdmin), add(t, db, "hr@example.org", models.RoleHR)
	exec(t, db, `update users set name = 'Åse 100% Ærlig' where id = $1`, hr.ID)
	hr.Name = "Åse 100% Ærlig"
	c.Add(24 * time.Hour)
	job := publish(t, db, "Kokk")
	for range 5 {
		if err := db.Audit(models.As(ctx, hr), models.Deed{Verb: models.DidSee, Kind: models.OfJob, ID: job.ID}); err != nil {
			t.Fatal(err)
		}
	}
	today := c.Now()
	for _, tt := range []struct {
		name string
		f    models.AuditFilter
		want int
	}{
		{"part of a name, other case", models.AuditFilter{Who: "åse 100%"}, 5},
		{"a pattern is no pattern", models.AuditFilter{Who: "%rlig%"}, 0},
		{"an id of a person", models.AuditFilter{Who: hr.ID.String()}, 5},
		{"verb", models.AuditFilter{Verb: models.DidSee}, 5},
		{"kind", models.AuditFilter{Kind: models.OfJob, Verb: models.DidSee}, 5},
		{"another kind", models.AuditFilter{Kind: models.OfCV}, 0},
		{"subject", models.AuditFilter{SubjectID: &job.ID, Who: "åse"}, 5},
		{"another subject", models.AuditFilter{SubjectID: &admin.ID, Verb: models.DidSee}, 0},
		{"today", models.AuditFilter{From: today, To: today, Who: "Åse"}, 5},
		{"yesterday", models.AuditFilter{From: today.AddDate(0, 0, -1), To: today.AddDate(0, 0, -1), Who: "Åse"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := auditLog(t, db, tt.f); len(got) != tt.want {
				t.Errorf("got %d, want %d", len(got), tt.want)
			}
			seen := map[uuid.UUID]bool{}
			for f, more := tt.f, true; more; more = f.Cursor != "" {
				f.Limit = 2
				page, next, err := db.AuditLog(ctx, admin, f)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range page {
					seen[e.ID] = true
				}
				f.Cursor = next
			}
			if len(seen) != tt.want {
				t.Errorf("in pages: got %d, want %d", len(seen), tt.want)
			}
		})
	}
	if _, _, err := db.AuditLog(ctx, hr, models.AuditFilter{}); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("HR reads it: %v", err)
	}
	if _, _, err := db.AuditLog(ctx, admin, models.AuditFilter{Verb: "x", Kind: "y"}); err == nil {
		t.Error("an unknown verb was looked for")
	}
}

func TestOldMonthsOfTheAuditLogGo(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	c.now = time.Now().UTC()
	ctx := t.Context()
	admin := add(t, db, "a@example.org", models.RoleAdmin)
	if err := db.SaveOrganisation(ctx, models.Organisation{Name: "Fjordheim", Language: "nb"}); err != nil {
		t.Fatal(err)
	}
	at := func(months int) {
		t.Helper()
		exec(t, db, `insert into audit (id, at, actor, verb, kind) values (gen_random_uuid(), date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' - make_interval(months => $1), 'system', 'seen', 'report')`, months)
	}
	for months := range 40 {
		at(months)
	}
	count := func() int { return len(auditLog(t, db, models.AuditFilter{Verb: models.DidSee})) }
	drop := func(want int64) {
		t.Helper()
		if gone, err := db.DropOldAudit(ctx); err != nil || gone != want {
			t.Errorf("%d went %v, want %d", gone, err, want)
		}
	}
	drop(15) // months 0 to 24 stay
	drop(0)
	for _, months := range []int{0, 5, 121} {
		if err := db.SaveAuditMonths(ctx, admin, months); err == nil {
			t.Errorf("%d months were taken", months)
		}
	}
	if err := db.SaveAuditMonths(ctx, add(t, db, "hr@example.org", models.RoleHR), 6); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("HR may change it: %v", err)
	}
	if err := db.SaveAuditMonths(ctx, admin, 6); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pool().Exec(ctx, `delete from audit where verb = 'seen' and at < now() - interval '3 months'`); err == nil {
		t.Error("younger entries were deleted along with old ones")
	}
	drop(18)
	if got := count(); got != 7 {
		t.Errorf("%d are left, want 7", got)
	}
	if got := auditLog(t, db, models.AuditFilter{Kind: models.OfAudit}); len(got) != 1 || got[0].Details["months"] != "24>6" {
		t.Errorf("got %+v", got)
	}
}

func TestALogInIsAudited(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	u, err := db.AddUser(ctx, models.System(), models.NewUser{Email: "kari@example.org", Name: "Kari", Role: models.RoleEmployee, Password: "fire ord om havet"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.LogIn(ctx, u.Email, "feil ord om havet", "192.0.2.1"); err == nil {
		t.Fatal("logged in with a wrong password")
	}
	if _, err := db.LogIn(ctx, u.Email, "fire ord om havet", "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	if got := auditLog(t, db, models.AuditFilter{Verb: models.DidLogIn}); len(got) != 1 || *got[0].UserID != u.ID {
		t.Errorf("got %+v", got)
	}
}
