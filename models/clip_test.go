package models

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

func testClip(t *testing.T, db *DB) Clip {
	t.Helper()
	job, err := db.CreateJob(t.Context(), nil, fullJob())
	if err != nil {
		t.Fatal(err)
	}
	c, err := db.NewClip(job.ID, nil, ClipInput{Language: "nb", Filename: "dag på jobb.mp4", Size: 20 << 20})
	if err != nil {
		t.Fatal(err)
	}
	c.UploadID = "upload"
	if err := db.CreateClip(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return c
}

// queued counts the work of that kind that waits.
func queued(t *testing.T, db *DB, kind string) (n int) {
	t.Helper()
	err := db.Pool().QueryRow(context.WithoutCancel(t.Context()),
		`select count(*) from river_job where kind = $1 and state in ('available', 'scheduled')`, kind).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func status(t *testing.T, db *DB, id uuid.UUID) string {
	t.Helper()
	c, err := db.Clip(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c.Status
}

func TestNewClipIsChecked(t *testing.T) {
	t.Parallel()
	db := &DB{Now: time.Now}
	tests := []struct {
		name        string
		in          ClipInput
		want        string // refused
		title, file string
		parts       int
	}{
		{"plain", ClipInput{"", "nb", "dag på jobb.MOV", 1}, "", "dag på jobb", "dag på jobb.MOV", 1},
		{"path and tricks", ClipInput{"T", "en-GB", "C:\\x\\../a\u202egpj.\x00mp4", 8<<20 + 1}, "", "T", "agpj.mp4", 2},
		{"the most", ClipInput{"T", "nb", "a.mp4", MaxClipBytes}, "", "T", "a.mp4", 75},
		{"too large", ClipInput{"T", "nb", "a.mp4", MaxClipBytes + 1}, "size: clip.error.too_large", "", "", 0},
		{"empty", ClipInput{"T", "nb", "a.mp4", 0}, "size: clip.error.empty", "", "", 0},
		{"no language", ClipInput{"T", "", "a.mp4", 1}, "language: error.language", "", "", 0},
		{"no name", ClipInput{"", "nb", "/", 1}, "title: error.required; filename: error.required", "", "", 0},
		{"long title", ClipInput{strings.Repeat("t", 151), "nb", "a", 1}, "title: error.too_long", "", "", 0},
	}
	for _, test := range tests {
		c, err := db.NewClip(NewID(), nil, test.in)
		if got := fields(err); got != test.want {
			t.Errorf("%s: refused %q, want %q", test.name, got, test.want)
		}
		if err == nil && (c.Title != test.title || c.Filename != test.file || c.Parts() != test.parts) {
			t.Errorf("%s: got %q, %q, %d parts; want %q, %q, %d", test.name, c.Title, c.Filename, c.Parts(), test.title, test.file, test.parts)
		}
	}
	if n := partSizeFor(1 << 40); n*maxParts < 1<<40 {
		t.Errorf("parts of %d bytes are too many for a terabyte", n)
	}
}

func TestFinishedUploadIsProcessedOnce(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	c := testClip(t, db)
	for range 3 {
		if err := db.FinishUpload(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
	}
	if n := queued(t, db, "process_clip"); n != 1 {
		t.Errorf("queued %d times, want 1", n)
	}
	first, err := db.ClaimClip(ctx, c.ID)
	if err != nil || first.Attempts != 1 {
		t.Fatalf("claim: %+v, %v", first, err)
	}
	if _, err := db.ClaimClip(ctx, c.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("second claim: %v, want ErrNotFound", err)
	}
	made := Made{Duration: 10, Width: 1280, Height: 720, Files: []ClipFile{{Name: "video", Key: "clip-v", ContentType: "video/mp4", Size: 9}}}
	if err := db.ClipMade(ctx, first, made); err != nil {
		t.Fatal(err)
	}
	if err := db.ClipMade(ctx, first, made); !errors.Is(err, ErrLeaseLost) {
		t.Errorf("made again: %v, want ErrLeaseLost", err)
	}
	got, err := db.Clip(ctx, c.ID)
	if f, ok := got.File("video"); err != nil || got.Status != ClipReady || got.Version != 1 || !ok || f.Size != 9 {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := db.ClaimClip(ctx, c.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("claim of a finished clip: %v", err)
	}
}

func TestKilledWorkersClipIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	c := testClip(t, db)
	now := time.Now()
	at(db, now)
	if err := db.FinishUpload(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	at(db, now.Add(time.Hour)) // it waits behind others, and its work is still in the queue
	if n, err := db.RequeueClips(ctx); n != 0 || err != nil {
		t.Errorf("waiting: %d taken up, %v", n, err)
	}
	if _, err := db.Pool().Exec(ctx, "update river_job set state = 'running'"); err != nil { // fetched by a worker that died
		t.Fatal(err)
	}
	if n, err := db.RequeueClips(ctx); n != 1 || err != nil {
		t.Errorf("fetched and lost: %d taken up, %v", n, err)
	}
	for try := 1; try <= maxClipTries; try++ {
		lost, err := db.ClaimClip(ctx, c.ID)
		if err != nil || lost.Attempts != try {
			t.Fatalf("try %d: %+v, %v", try, lost, err)
		}
		if err := db.HoldClip(ctx, lost, 0.5); err != nil {
			t.Fatal(err)
		}
		if n, _ := db.RequeueClips(ctx); n != 0 {
			t.Errorf("try %d: taken from a living worker", try)
		}
		at(db, db.Now().Add(ClipLease+time.Second))
		want := 1
		if try == maxClipTries {
			want = 0
		}
		if n, err := db.RequeueClips(ctx); n != want || err != nil {
			t.Errorf("try %d: %d taken up, %v, want %d", try, n, err, want)
		}
		if try < maxClipTries {
			continue
		}
		if err := db.HoldClip(ctx, lost, 0.9); !errors.Is(err, ErrLeaseLost) {
			t.Errorf("the lost worker still holds: %v", err)
		}
	}
	got, err := db.Clip(ctx, c.ID)
	if err != nil || got.Status != ClipFailed || got.ErrorCode != "killed" {
		t.Errorf("at the end %s %s, %v", got.Status, got.ErrorCode, err)
	}
	if err := db.RetryClip(ctx, c.ID); err != nil || status(t, db, c.ID) != ClipProcessing {
		t.Errorf("retry: %v", err)
	}
}

func TestFailuresAreTriedAgainRejectionsAreNot(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	c := testClip(t, db)
	if err := db.FinishUpload(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	for try := 1; try <= maxClipTries; try++ {
		held, err := db.ClaimClip(ctx, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := db.ClipFailed(ctx, held, "storage", "away\x00"+strings.Repeat("ø", 9000)); err != nil {
			t.Fatal(err)
		}
	}
	got, _ := db.Clip(ctx, c.ID)
	if got.Status != ClipFailed || got.ErrorCode != "storage" || len([]rune(got.ErrorDetail)) != maxPrinted {
		t.Errorf("got %s %s", got.Status, got.ErrorCode)
	}
	if n := queued(t, db, "process_clip"); n != maxClipTries { // the first and two that follow
		t.Errorf("queued %d times, want %d", n, maxClipTries)
	}
	if err := db.RetryClip(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	held, err := db.ClaimClip(ctx, c.ID)
	if err != nil || held.Attempts != 1 {
		t.Fatalf("claim after retry: %+v, %v", held, err)
	}
	if err := db.ReleaseClip(ctx, held); err != nil {
		t.Fatal(err)
	}
	held, err = db.ClaimClip(ctx, c.ID)
	if err != nil || held.Attempts != 1 {
		t.Fatalf("claim after release: %+v, %v", held, err)
	}
	if err := db.ClipRejected(ctx, held, "not_video", ""); err != nil {
		t.Fatal(err)
	}
	if err := db.RetryClip(ctx, c.ID); fields(err) != "conflict: clip.conflict.retry" {
		t.Errorf("retry of a rejected clip: %v", err)
	}
}

func TestPublishingAClip(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	c := testClip(t, db)
	publish := func(want string) {
		t.Helper()
		if got := fields(db.PublishClip(ctx, c.ID)); got != want {
			t.Errorf("publish: got %q, want %q", got, want)
		}
	}
	publish("conflict: clip.missing.ready")
	if err := db.FinishUpload(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	held, err := db.ClaimClip(ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.ClipMade(ctx, held, Made{Files: []ClipFile{{Name: "poster", Key: "clip-p"}}}); err != nil {
		t.Fatal(err)
	}
	publish("conflict: clip.missing.captions")
	if err := db.SetCaption(ctx, c.ID, "nb", []byte("WEBVTT\n\n00:01.000 --> 00:02.000\nHei\n"), nil); err != nil {
		t.Fatal(err)
	}
	publish("conflict: clip.missing.people")
	if err := db.UpdateClip(ctx, c.ID, ClipChange{NobodyRecognisable: new(true), Title: new(" Ny  tittel ")}); err != nil {
		t.Fatal(err)
	}
	publish("")
	publish("")
	if _, public, err := db.ClipFile(ctx, c.ID, 1, "poster"); err != nil || !public {
		t.Errorf("poster public %v, %v", public, err)
	}
	if got := fields(db.DeleteCaption(ctx, c.ID, "nb")); got != "conflict: clip.conflict.published" {
		t.Errorf("taking the captions away: %q", got)
	}
	if got := fields(db.UpdateClip(ctx, c.ID, ClipChange{NobodyRecognisable: new(false)})); got != "conflict: clip.conflict.published" {
		t.Errorf("taking the declaration back: %q", got)
	}
	if got, _ := db.Clip(ctx, c.ID); len(got.Captions) != 1 || got.Title != "Ny tittel" || !got.NobodyRecognisable {
		t.Errorf("kept %+v", got)
	}
	if err := db.UnpublishClip(ctx, c.ID); err != nil {
		t.Fatal(err)
	}
	if _, public, err := db.Caption(ctx, c.ID, "nb"); err != nil || public {
		t.Errorf("captions public %v, %v", public, err)
	}
	if err := db.DeleteClip(ctx, c.ID); err != nil || queued(t, db, "delete_objects") != 1 {
		t.Errorf("delete: %v", err)
	}
}

func TestAbandonedUploadsAndOrder(t *testing.T) {
	t.Parallel()
	db, ctx := testDB(t), t.Context()
	one := testClip(t, db)
	add := func() Clip {
		c, err := db.NewClip(one.JobID, nil, ClipInput{Language: "nb", Filename: "b.mp4", Size: 5})
		if err == nil {
			err = db.CreateClip(ctx, c)
		}
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	two, three := add(), add()
	if err := db.MoveClip(ctx, three.ID, -1); err != nil {
		t.Fatal(err)
	}
	if err := db.MoveClip(ctx, one.ID, 99); err != nil {
		t.Fatal(err)
	}
	order, err := db.JobClips(ctx, one.JobID)
	if err != nil || order[0].ID != three.ID || order[1].ID != two.ID || order[2].ID != one.ID {
		t.Errorf("order %v, %v", order, err)
	}
	at(db, time.Now().Add(47*time.Hour))
	if err := db.TouchUpload(ctx, two.ID); err != nil {
		t.Fatal(err)
	}
	at(db, time.Now().Add(49*time.Hour))
	if n, err := db.AbandonUploads(ctx); n != 2 || err != nil {
		t.Errorf("given up %d, %v, want 2", n, err)
	}
	if left, _ := db.JobClips(ctx, one.JobID); len(left) != 1 || left[0].ID != two.ID {
		t.Errorf("left %v", left)
	}
	if err := db.CreateClip(ctx, Clip{ID: NewID(), JobID: NewID(), Status: ClipUploading}); !errors.Is(err, ErrNotFound) {
		t.Errorf("clip of no job: %v", err)
	}
}
