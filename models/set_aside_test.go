package models_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// closedJob is a published job that is closed two hours after at.
func closedJob(t *testing.T, db *models.DB, c *clock, title string) models.Job {
	t.Helper()
	job := publish(t, db, title)
	c.Add(2 * time.Hour)
	if err := db.SetJobStatus(t.Context(), job.ID, models.JobClosed); err != nil {
		t.Fatal(err)
	}
	c.Add(time.Hour)
	return job
}

// What was handed in while the job was open is in time, whatever happened since; handed over twice it is one.
func TestHandedInBeforeTheJobClosed(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	began := c.Now()
	job := closedJob(t, db, c, "Elektriker")
	in := models.Applying{ID: models.NewID(), At: began.Add(time.Hour), JobID: job.ID, Name: "Kari Ek", Email: "k@example.com", Message: "Hei"}
	for n := range 3 {
		app, again, _, err := db.Apply(t.Context(), in)
		if err != nil || again || app.ID != in.ID || !app.SubmittedAt.Equal(in.At) || !app.TakenAt.Equal(c.Now()) {
			t.Fatalf("call %d: got %+v, again %v, %v", n, app, again, err)
		}
	}
	if n := rowsOf(t, db, `select count(*) from river_job where kind = 'send_mail'`); n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
	late := in
	late.ID, late.At = models.NewID(), c.Now()
	if _, _, _, err := db.Apply(t.Context(), late); !errors.Is(err, models.ErrConflict) {
		t.Errorf("handed in after it closed: got %v, want a conflict", err)
	}
}

// What arrives after something newer of the same person only adds what that left open.
func TestTheNewestWordsStand(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	job := publish(t, db, "Elektriker")
	cv := func(key string) *models.CV { return &models.CV{Key: key, Name: key, Type: "application/pdf", Size: 1} }
	in := func(at time.Duration, name, message, heard string, file *models.CV) models.Applying {
		return models.Applying{At: c.Now().Add(at), JobID: job.ID, Name: name, Email: "k@example.com", Message: message, HeardFrom: heard, CV: file}
	}
	var old string
	for _, one := range []models.Applying{
		in(time.Hour, "Kari Ek", "Nyest", "", nil),
		in(0, "Kari", "Eldst", "Liv", cv("cv-old")),
		in(30*time.Minute, "Kari E", "Midten", "Per", cv("cv-new")),
		in(10*time.Minute, "K", "Før midten", "", cv("cv-older")),
	} {
		var err error
		if _, _, old, err = db.Apply(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	var got [4]string
	err := db.Pool().QueryRow(t.Context(), `select c.name, message, heard_from, cv_key from applications a join candidates c on c.id = a.candidate_id`).
		Scan(&got[0], &got[1], &got[2], &got[3])
	if want := [4]string{"Kari Ek", "Nyest", "Liv", "cv-new"}; err != nil || got != want || old != "" {
		t.Errorf("got %q, replaced %q, %v, want %q", got, old, err, want)
	}
}

// Applications that no rule takes are shown until somebody takes them in or deletes them, each once.
func TestSetAside(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	job, other := closedJob(t, db, c, "Elektriker"), publish(t, db, "Kokk")
	aside := func(email string, jobID uuid.UUID) models.HandedIn {
		t.Helper()
		in := models.HandedIn{JobTitle: "Elektriker", Applying: models.Applying{
			ID: models.NewID(), At: c.Now(), JobID: jobID, Name: "Kari Ek", Email: email, CV: &models.CV{Key: "cv-" + email, Name: "cv.pdf", Type: "application/pdf", Size: 1},
		}}
		for range 2 { // killed before it was forgotten, it is set aside again
			if err := db.SetAside(t.Context(), in, models.AsideClosed); err != nil {
				t.Fatal(err)
			}
		}
		return in
	}
	taken, moved, dropped := aside("t@example.com", job.ID), aside("m@example.com", models.NewID()), aside("d@example.com", job.ID)
	if rows, err := db.AllSetAside(t.Context()); err != nil || len(rows) != 3 || rows[0].Form.Applying.Name != "Kari Ek" {
		t.Fatalf("got %+v, %v", rows, err)
	}
	if known, err := db.CVObjects(t.Context()); err != nil || !known["cv-t@example.com"] {
		t.Errorf("the clean-up does not know the CV: %v, %v", known, err)
	}
	app, _, err := db.TakeSetAside(t.Context(), taken.Applying.ID, job.ID)
	if err != nil || app.JobID != job.ID || app.CVKey != "cv-t@example.com" || !app.SubmittedAt.Equal(taken.Applying.At) {
		t.Errorf("got %+v, %v", app, err)
	}
	if app, _, err := db.TakeSetAside(t.Context(), moved.Applying.ID, other.ID); err != nil || app.JobID != other.ID {
		t.Errorf("for another job: got %+v, %v", app, err)
	}
	var invalid *models.ValidationError
	if _, _, err := db.TakeSetAside(t.Context(), dropped.Applying.ID, models.NewID()); !errors.As(err, &invalid) {
		t.Errorf("for no job: got %v", err)
	}
	if err := db.DropSetAside(t.Context(), dropped.Applying.ID); err != nil {
		t.Error(err)
	}
	for _, in := range []models.HandedIn{taken, moved, dropped} { // whoever still has it on a disk hands it over once more
		if err := db.SetAside(t.Context(), in, models.AsideClosed); err != nil {
			t.Error(err)
		}
		if _, _, _, err := db.Apply(t.Context(), in.Applying); err != nil {
			t.Errorf("handed over again: %v", err)
		}
	}
	if n, err := db.SetAsides(t.Context()); err != nil || n != 0 {
		t.Errorf("%d wait, %v, want none", n, err)
	}
	if n := rowsOf(t, db, `select count(*) from applications`); n != 2 {
		t.Errorf("%d applications, want 2", n)
	}
	if n := rowsOf(t, db, `select count(*) from river_job where kind = 'delete_objects' and args->'keys' ? 'cv-d@example.com'`); n != 1 {
		t.Errorf("the deleted one's CV stays")
	}
}
