package worker_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/internal/i18n"
	"kollega/internal/mail"
	"kollega/internal/testenv"
	"kollega/models"
	"kollega/storage"
	"kollega/storage/storagetest"
	"kollega/worker"
)

// traces are words that nothing else has: whatever is found of them after the erasing was forgotten.
var traces = []string{"Zyxandra", "kvombel", "00471199", "fjomlewhist", "grimblehatt", "snarvelnotat", "plingdrufs", "CVinnholdBlomquist", "glopsvar", "personligwimpel", "ankefrask", "kratzelnotat", "snorfend"}

// whole is an installation with a worker, mails in a folder, files in a store and everything that is logged.
type whole struct {
	db     *models.DB
	store  *storage.Store
	dir    string
	logged bytes.Buffer
}

func startWhole(t *testing.T) *whole {
	t.Helper()
	h := &whole{dir: t.TempDir()}
	var err error
	if h.db, err = models.Open(t.Context(), testenv.Database(t, models.SchemaVersion(), models.Migrate)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.db.Close)
	if _, err := h.db.SetUp(t.Context(), models.FirstRun{Organisation: "Fjordheim", Language: "nb", Email: "ada@example.org", Name: "Ada", Password: "fire ord om havet"}); err != nil {
		t.Fatal(err)
	}
	h.store, _ = storagetest.New(t)
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(&h.logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	folder := filepath.Join(h.dir, "mail")
	sender, err := mail.New(mail.Config{From: "Kollega <kollega@example.org>", Folder: folder, Now: time.Now}, log)
	if err != nil {
		t.Fatal(err)
	}
	w, err := worker.New(worker.Deps{
		DB: h.db, Store: h.store, Mail: sender, MailDir: folder, Dir: filepath.Join(h.dir, "work"), Texts: texts,
		BaseURL: &url.URL{Scheme: "https", Host: "jobb.example.org"}, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
		defer stop()
		if err := w.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return h
}

// idle waits until no work is due.
func (h *whole) idle(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var open int
		err := h.db.Pool().QueryRow(t.Context(), `select count(*) from river_job where state in ('available', 'running', 'retryable') and kind <> 'sweep'`).Scan(&open)
		if err != nil {
			t.Fatal(err)
		}
		if open == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d pieces of work are not done", open)
		}
	}
}

// find looks for a word in every table, every object and every file of the data folder, and in what was logged.
func (h *whole) find(t *testing.T, word string) (places []string) {
	t.Helper()
	ctx := t.Context()
	rows, err := h.db.Pool().Query(ctx, `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`)
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if err := rows.Err(); err != nil || len(tables) < 20 {
		t.Fatalf("%d tables %v", len(tables), err)
	}
	for _, name := range tables {
		var n int
		if err := h.db.Pool().QueryRow(ctx, fmt.Sprintf(`select count(*) from %q r where r::text ilike '%%' || $1 || '%%'`, name), word).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			places = append(places, fmt.Sprintf("%d rows of %s", n, name))
		}
	}
	objects, err := h.store.List(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		file := filepath.Join(t.TempDir(), "object")
		if err := h.store.Fetch(ctx, o.Key, file); err != nil {
			t.Fatal(err)
		}
		if content, err := os.ReadFile(file); err != nil || strings.Contains(string(content)+o.Key, word) {
			places = append(places, fmt.Sprintf("object %s %v", o.Key, err))
		}
	}
	err = filepath.Walk(h.dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil && strings.Contains(unquoted(string(content))+string(content), word) {
			places = append(places, "file "+filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(h.logged.String(), word) {
		places = append(places, "the log")
	}
	return places
}

// lived applies with these words for two jobs, goes through stages, mails, notes, credit and an appeal; it gives the two applications.
func (h *whole) lived(t *testing.T) (first, second uuid.UUID) {
	t.Helper()
	ctx, db := t.Context(), h.db
	hr, err := db.AddUser(ctx, models.System(), models.NewUser{Email: "hr@example.org", Name: "Hr Hansen", Role: models.RoleHR})
	if err != nil {
		t.Fatal(err)
	}
	liv, err := db.AddUser(ctx, models.System(), models.NewUser{Email: "liv@example.org", Name: "Liv Berg", Role: models.RoleEmployee})
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	apply := func(slug string, link bool) uuid.UUID {
		id := models.NewID()
		_, err := db.Pool().Exec(ctx, `insert into jobs (id, slug, title, description, location, country, employment_type, pay_currency, pay_period, status, published_at, created_at, updated_at)
			values ($1, $2, $2, 'x', 'Bergen', 'NO', 'FULL_TIME', '', '', 'published', now(), now(), now())`, id, slug)
		must(err)
		in := models.Applying{
			JobID: id, Name: "Zyxandra Fjell", Email: "Zyxandra@kvombel.example.com", Phone: "00471199", Message: "fjomlewhist", HeardFrom: "Liv grimblehatt",
			Language: "nb", ConsentPool: true, CV: &models.CV{Key: models.CVKeys + uuid.NewString(), Name: "plingdrufs.pdf", Type: "application/pdf", Size: 18},
		}
		must(h.store.Put(ctx, in.CV.Key, strings.NewReader("CVinnholdBlomquist"), storage.PutOptions{ContentType: in.CV.Type}))
		if link {
			l, _, err := db.MakeLink(ctx, liv, liv.ID, id, "linkedin")
			must(err)
			in.Link = &l
		}
		app, _, _, err := db.Apply(ctx, in)
		must(err)
		return app.ID
	}
	first, second = apply("kokk", true), apply("baker", false)
	_, err = db.Move(ctx, hr, first, models.StageMove{To: models.StageInterview, Note: "snarvelnotat", Tell: true, Words: "personligwimpel"})
	must(err)
	_, err = db.Move(ctx, hr, second, models.StageMove{To: models.StageRejected, Tell: true})
	must(err)
	note, err := db.AddNote(ctx, hr, first, "kratzelnotat til @Ada om Zyxandra")
	must(err)
	_, err = db.AddNote(ctx, hr, first, "snorfend")
	must(err)
	_, err = db.EditNote(ctx, hr, note.ID, "kratzelnotat til @Ada")
	must(err)
	_, err = db.Pool().Exec(ctx, `with s as (insert into skills (id, name, name_key, created_at) values (gen_random_uuid(), 'Fagbrev', 'fagbrev', now()) returning id)
		insert into job_skills (job_id, skill_id, need, position) select job_id, s.id, 'required', 0 from applications, s where applications.id = $1`, first)
	must(err)
	app, err := db.Application(ctx, hr, first)
	must(err)
	required, err := db.RequiredSkills(ctx, app)
	must(err)
	_, err = db.MarkSkills(ctx, hr, first, map[uuid.UUID]string{required[0].ID: models.SkillSeen})
	must(err)
	bulk := models.BulkInput{ID: models.NewID(), JobID: app.JobID, Chosen: []models.Chosen{{ID: first}}, To: models.StageOffer}
	must(db.ChangeSeveral(ctx, hr, bulk))
	must(db.AppealCredit(ctx, liv, second, "Det var meg, sier Zyxandra, ankefrask"))
	var appeal uuid.UUID
	must(db.Pool().QueryRow(ctx, `select id from appeals`).Scan(&appeal))
	must(db.DecideAppeal(ctx, hr, appeal, models.AppealFull, "glopsvar om Zyxandra"))
	must(db.RequestCandidateLink(ctx, "zyxandra@kvombel.example.com", "192.0.2.7"))
	return first, second
}

func TestErasingLeavesOnlyCounts(t *testing.T) {
	t.Parallel()
	h := startWhole(t)
	ctx := t.Context()
	first, second := h.lived(t)
	h.idle(t)
	for _, word := range traces {
		if len(h.find(t, word)) == 0 {
			t.Fatalf("%q was nowhere to begin with: the test looks for too little", word)
		}
	}
	hr, err := h.db.UserByEmail(ctx, "hr@example.org")
	if err != nil {
		t.Fatal(err)
	}
	app, err := h.db.Application(ctx, hr, first)
	if err != nil {
		t.Fatal(err)
	}
	token, err := h.db.NewCandidateToken(ctx, app.CandidateID)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.db.EraseOwn(ctx, token); err != nil {
		t.Fatal(err)
	}
	h.idle(t)
	var kept int
	err = h.db.Pool().QueryRow(ctx, `select (select count(*) from notes) + (select count(*) from mentions) + (select count(*) from skill_marks) + (select count(*) from bulk_items)`).Scan(&kept)
	if err != nil || kept != 0 {
		t.Errorf("%d notes, mentions, marks and bulk items are left, %v", kept, err)
	}
	for _, word := range append(traces, app.CandidateID.String(), token) {
		if left := h.find(t, word); len(left) > 0 {
			t.Errorf("%q is left in %v", word, left)
		}
	}
	var counted, credited int
	err = h.db.Pool().QueryRow(ctx, `select count(*), (select count(*) from standing_credits where application_id = any($1)) from applications where id = any($1) and candidate_id is null`,
		[]uuid.UUID{first, second}).Scan(&counted, &credited)
	if err != nil || counted != 2 || credited != 2 {
		t.Errorf("got %d applications and %d credits to count %v, want 2 and 2", counted, credited, err)
	}
	if _, err := h.db.OwnPage(ctx, token); err == nil {
		t.Error("the link still opens the page")
	}
	if _, err := h.db.Application(ctx, hr, first); err == nil {
		t.Error("HR still finds the application")
	}
	if _, err := h.db.RecountCredit(ctx); err != nil {
		t.Errorf("recount after the erasing: %v", err)
	}
	rows, _, err := h.db.Referrals(ctx, models.ReferralFilter{GroupBy: "employee"})
	if err != nil || len(rows) == 0 || rows[0].Applications != 2 || rows[0].Qualified != 1 {
		t.Errorf("the report says %+v %v, want Liv's 2 applications, 1 of them qualified", rows, err)
	}
}
