package worker

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"kollega/internal/i18n"
	"kollega/internal/testenv"
	"kollega/media"
	"kollega/media/mediatest"
	"kollega/models"
	"kollega/storage"
	"kollega/storage/storagetest"
)

// testDeps are real engines: a database, an object store, ffmpeg.
func testDeps(t testing.TB) Deps {
	t.Helper()
	db, err := models.Open(t.Context(), testenv.Database(t, models.SchemaVersion(), models.Migrate))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	tools, err := media.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	store, _ := storagetest.New(t)
	return Deps{DB: db, Store: store, Tools: tools, Texts: texts, BaseURL: &url.URL{Scheme: "https", Host: "jobb.example.org"}, Dir: filepath.Join(t.TempDir(), "work"), Log: slog.New(slog.DiscardHandler)}
}

// uploaded is a clip of that file, about to be processed.
func uploaded(t testing.TB, d Deps, path string) models.Clip {
	t.Helper()
	ctx := t.Context()
	job, err := d.DB.CreateJob(ctx, nil, models.JobInput{Title: "Kokk"})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := d.DB.NewClip(job.ID, nil, models.ClipInput{Language: "nb", Filename: filepath.Base(path), Size: info.Size()})
	if err == nil {
		err = d.Store.PutFile(ctx, c.UploadKey, path, storage.PutOptions{})
	}
	if err == nil {
		err = d.DB.CreateClip(ctx, c)
	}
	if err == nil {
		err = d.DB.FinishUpload(ctx, c.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func work(t testing.TB, d Deps, c models.Clip) models.Clip {
	t.Helper()
	w := &processClip{Deps: d}
	if err := w.Work(t.Context(), &river.Job[models.ProcessClip]{Args: models.ProcessClip{ClipID: c.ID}}); err != nil {
		t.Fatal(err)
	}
	return read(t, d, c.ID)
}

func read(t testing.TB, d Deps, id uuid.UUID) models.Clip {
	t.Helper()
	c, err := d.DB.Clip(context.WithoutCancel(t.Context()), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// awaitStatus waits for the worker.
func awaitStatus(t *testing.T, d Deps, id uuid.UUID, want string) models.Clip {
	t.Helper()
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if c := read(t, d, id); c.Status == want {
			return c
		}
	}
	c := read(t, d, id)
	t.Fatalf("clip is %s (%s %s), want %s", c.Status, c.ErrorCode, c.ErrorDetail, want)
	return c
}

func nothingLeft(t *testing.T, d Deps) {
	t.Helper()
	if left, _ := filepath.Glob(filepath.Join(d.Dir, "*-*")); len(left) > 0 {
		t.Errorf("left in the work folder: %v", left)
	}
}

func TestUploadedFileBecomesAClip(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	c := uploaded(t, d, mediatest.Clip(t, 4))
	w, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := awaitStatus(t, d, c.ID, models.ClipReady)
	if err := w.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if got.Version != 1 || got.Duration < 3.8 || got.Duration > 4.2 || got.Attempts != 1 || len(got.Stills()) != 6 || len(got.Files) != 12 || got.Recipe != d.Tools.Recipe() {
		t.Errorf("got %+v", got)
	}
	for _, f := range got.Files {
		info, err := d.Store.Head(t.Context(), f.Key)
		if err != nil || info.Size != f.Size || info.ContentType != f.ContentType {
			t.Errorf("%s: stored %+v, %v; row %+v", f.Name, info, err, f)
		}
	}
	nothingLeft(t, d)
}

func TestFileThatIsNoVideoIsRejectedAtOnce(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	path := filepath.Join(t.TempDir(), "renamed.mp4")
	if err := os.WriteFile(path, []byte("#EXTM3U\nfile:///etc/passwd\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := work(t, d, uploaded(t, d, path))
	if got.Status != models.ClipRejected || got.ErrorCode != string(media.CodeNotVideo) || got.Attempts != 1 {
		t.Errorf("got %s %s after %d tries", got.Status, got.ErrorCode, got.Attempts)
	}
	nothingLeft(t, d)
}

func TestFailureIsSaidAndARetryHelps(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	c := uploaded(t, d, mediatest.Clip(t, 4))
	broken := d
	broken.Tools = nil
	for try := 1; try <= 3; try++ {
		got := work(t, broken, c)
		if want := map[int]string{1: models.ClipProcessing, 2: models.ClipProcessing, 3: models.ClipFailed}[try]; got.Status != want || got.ErrorCode != "no_ffmpeg" {
			t.Errorf("try %d: %s %s, want %s", try, got.Status, got.ErrorCode, want)
		}
	}
	if err := d.DB.RetryClip(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	if got := work(t, d, c); got.Status != models.ClipReady || got.ErrorCode != "" {
		t.Errorf("after the retry %s %s", got.Status, got.ErrorCode)
	}
	if got := work(t, d, c); got.Version != 1 { // what is left of the queue finds nothing to do
		t.Errorf("processed again: version %d", got.Version)
	}
}

func TestClipOfAKilledWorkerIsMadeOnce(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	c := uploaded(t, d, mediatest.Clip(t, 4))
	d.DB.Now = func() time.Time { return time.Now().Add(-models.ClipLease - time.Second) }
	dead, err := d.DB.ClaimClip(t.Context(), c.ID) // by a worker that then gave no sign of life any more
	if err != nil {
		t.Fatal(err)
	}
	d.DB.Now = time.Now
	if _, err := d.DB.Pool().Exec(t.Context(), "update river_job set state = 'running', attempted_at = now()"); err != nil {
		t.Fatal(err)
	}
	w, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer w.Stop(context.WithoutCancel(t.Context()))
	if got := awaitStatus(t, d, c.ID, models.ClipReady); got.Version != 1 || got.Attempts != 2 {
		t.Errorf("version %d after %d tries, want 1 after 2", got.Version, got.Attempts)
	}
	if err := d.DB.ClipMade(t.Context(), dead, models.Made{}); err == nil {
		t.Error("the dead worker could still finish the clip")
	}
}

func TestStoppedWorkerGivesTheClipBack(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	c := uploaded(t, d, mediatest.Clip(t, 30, mediatest.Size(1280, 720)))
	w, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for read(t, d, c.ID).Attempts == 0 {
		time.Sleep(20 * time.Millisecond)
	}
	now, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Stop(now); err != nil {
		t.Error(err)
	}
	got := read(t, d, c.ID)
	for end := time.Now().Add(20 * time.Second); got.HeartbeatAt != nil && time.Now().Before(end); got = read(t, d, c.ID) {
		time.Sleep(50 * time.Millisecond) // a slow machine kills ffmpeg later than the stop waits
	}
	if got.Status != models.ClipProcessing || got.Attempts != 0 || got.HeartbeatAt != nil {
		t.Errorf("given back as %s with %d tries, held since %v", got.Status, got.Attempts, got.HeartbeatAt)
	}
	nothingLeft(t, d)
}

func TestSweepRemovesWhatNobodyKnows(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	ctx := t.Context()
	kept := uploaded(t, d, mediatest.Clip(t, 4))
	orphan, unsent, other := models.ClipKey(), models.CVKeys+models.NewID().String(), "logo-1"
	for _, key := range []string{orphan, unsent, other} {
		if err := d.Store.PutFile(ctx, key, mediatest.Clip(t, 4), storage.PutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Store.CreateUpload(ctx, models.ClipKey(), ""); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(d.Dir, "clip-1")
	if err := os.MkdirAll(old, 0o700); err != nil {
		t.Fatal(err)
	}
	s := &sweep{Deps: d}
	sweepAt := func(age time.Duration) {
		d.DB.Now = func() time.Time { return time.Now().Add(age) }
		if err := s.Work(ctx, nil); err != nil {
			t.Fatal(err)
		}
	}
	sweepAt(time.Hour)
	for _, key := range []string{orphan, unsent} {
		if _, err := d.Store.Head(ctx, key); err != nil {
			t.Errorf("a young object was removed: %v", err)
		}
	}
	sweepAt(49 * time.Hour)
	for _, key := range []string{orphan, unsent} {
		if _, err := d.Store.Head(ctx, key); err == nil {
			t.Errorf("the orphan %s is still there", key)
		}
	}
	for _, key := range []string{kept.UploadKey, other} {
		if _, err := d.Store.Head(ctx, key); err != nil {
			t.Errorf("%s is gone: %v", key, err)
		}
	}
	if open, err := d.Store.Uploads(ctx); err != nil || len(open) != 0 {
		t.Errorf("uploads left %v, %v", open, err)
	}
	nothingLeft(t, d)
}

func TestSweepForgetsFriendsBeforeAnythingThatMayHang(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	var question, answer, friend uuid.UUID
	asker, err := d.DB.AddUser(t.Context(), models.System(), models.NewUser{Email: "liv@example.org", Name: "Liv", Role: models.RoleLeader})
	if err != nil {
		t.Fatal(err)
	}
	question, answer, friend = models.NewID(), models.NewID(), models.NewID()
	for _, put := range []struct {
		sql  string
		args []any
	}{
		{`insert into questions (id, user_id, title, everybody, created_at, updated_at) values ($1, $2, 'Sveiser', true, now(), now())`, []any{question, asker.ID}},
		{`insert into answers (id, question_id, user_id, kind, created_at) values ($1, $2, $3, 'friend', now())`, []any{answer, question, asker.ID}},
		{`insert into friends (id, answer_id, name, email, language, until, created_at) values ($1, $2, 'Venn', 'venn@example.com', 'nb', now() - interval '1 hour', now())`, []any{friend, answer}},
	} {
		if _, err := d.DB.Pool().Exec(t.Context(), put.sql, put.args...); err != nil {
			t.Fatal(err)
		}
	}
	tx, err := d.DB.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), `lock table clips in access exclusive mode`); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Second)
	defer stop()
	if err := (&sweep{Deps: d}).Work(ctx, nil); err == nil {
		t.Error("nothing hung: the test shows nothing")
	}
	var left int
	if err := d.DB.Pool().QueryRow(t.Context(), `select count(*) from friends`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d friends are left %v", left, err)
	}
}
