// Package upload is the way of a clip's file into the object store, for pages and for the JSON API alike: the row and the
// presigned addresses go out, the parts go past us, and what has arrived is turned over to be processed.
package upload

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"kollega/models"
	"kollega/storage"
)

// addressValid is how long a part may be sent to its address; a slow sender asks for fresh ones.
const addressValid = time.Hour

// completeWithin is how long the object store may take to put the parts of the largest file together.
const completeWithin = 2 * time.Minute

// Uploads begins, resumes, completes and cancels uploads of clips. It asks nobody's rights: the route has done so.
type Uploads struct {
	DB    *models.DB
	Store *storage.Store
}

// Ticket is an upload that goes on, as the API and the uploader of the page read it.
type Ticket struct {
	ID     uuid.UUID `json:"id"`
	Status string    `json:"status"`
	Upload Plan      `json:"upload"`
}

// Plan says where the parts go: part n is the n-th piece of PartSize bytes, the last one is the rest.
type Plan struct {
	PartSize int64  `json:"part_size"`
	Parts    []Part `json:"parts"`          // those that are missing
	Done     []Done `json:"done,omitempty"` // those that have arrived
}

// Part is a piece that is to be PUT to URL, within an hour.
type Part struct {
	Number int    `json:"number"`
	URL    string `json:"url"`
}

// Done is a piece that has arrived.
type Done struct {
	Number int    `json:"number"`
	ETag   string `json:"etag"`
}

// Begin makes the clip's row and answers where its parts go. It returns ErrNotFound when there is no such job,
// ValidationErrors for what cannot become a clip.
func (u Uploads) Begin(ctx context.Context, jobID uuid.UUID, by *uuid.UUID, in models.ClipInput) (Ticket, error) {
	if _, err := u.DB.Job(ctx, jobID); err != nil {
		return Ticket{}, err
	}
	c, err := u.DB.NewClip(jobID, by, in)
	if err != nil {
		return Ticket{}, err
	}
	return u.begin(ctx, c, u.DB.CreateClip)
}

// Propose makes a colleague's proposal with its clip and answers where its parts go; the ticket's ID is the proposal's.
func (u Uploads) Propose(ctx context.Context, by models.User, in models.ProposalInput, file models.ClipInput) (Ticket, error) {
	p, c, err := u.DB.NewProposal(ctx, by, in, file)
	if err != nil {
		return Ticket{}, err
	}
	t, err := u.begin(ctx, c, func(ctx context.Context, c models.Clip) error { return u.DB.CreateProposal(ctx, p, c) })
	t.ID = p.ID
	return t, err
}

// begin opens the upload of a planned clip and stores its row.
func (u Uploads) begin(ctx context.Context, c models.Clip, store func(context.Context, models.Clip) error) (Ticket, error) {
	var err error
	if c.UploadID, err = u.Store.CreateUpload(ctx, c.UploadKey, "application/octet-stream"); err != nil {
		return Ticket{}, fmt.Errorf("clip %s: begin upload: %w", c.ID, err)
	}
	plan, err := u.plan(ctx, c, nil)
	if err == nil {
		err = store(ctx, c)
	}
	if err != nil { // what cannot be aborted either is swept up in two days
		return Ticket{}, errors.Join(err, u.Store.AbortUpload(context.WithoutCancel(ctx), c.UploadKey, c.UploadID))
	}
	return Ticket{ID: c.ID, Status: c.Status, Upload: plan}, nil
}

// Resume answers what has arrived and fresh addresses for the rest. It returns a ConflictError when the upload is over.
func (u Uploads) Resume(ctx context.Context, clipID uuid.UUID) (Plan, error) {
	c, err := u.DB.Clip(ctx, clipID)
	if err != nil {
		return Plan{}, err
	}
	if err := u.DB.TouchUpload(ctx, clipID); err != nil {
		return Plan{}, err
	}
	arrived, err := u.Store.Parts(ctx, c.UploadKey, c.UploadID)
	if errors.Is(err, storage.ErrNoUpload) { // put together, and the program was killed before it was noted; or gone
		if _, err := u.Complete(ctx, clipID, nil); err != nil {
			return Plan{}, err
		}
		return Plan{}, u.DB.TouchUpload(ctx, clipID)
	}
	if err != nil {
		return Plan{}, fmt.Errorf("clip %s: resume upload: %w", clipID, err)
	}
	return u.plan(ctx, c, arrived)
}

func (u Uploads) plan(ctx context.Context, c models.Clip, arrived []storage.Part) (Plan, error) {
	p := Plan{PartSize: c.PartSize, Parts: []Part{}}
	have := map[int]bool{}
	for _, part := range arrived {
		if part.Size == partSize(c, part.Number) { // a piece of another size would be refused in the end
			have[part.Number] = true
			p.Done = append(p.Done, Done{Number: part.Number, ETag: part.ETag})
		}
	}
	for n := 1; n <= c.Parts(); n++ {
		if have[n] {
			continue
		}
		url, err := u.Store.PresignPart(ctx, c.UploadKey, c.UploadID, n, addressValid)
		if err != nil {
			return Plan{}, fmt.Errorf("clip %s: %w", c.ID, err)
		}
		p.Parts = append(p.Parts, Part{Number: n, URL: url})
	}
	return p, nil
}

func partSize(c models.Clip, number int) int64 {
	return min(c.PartSize, c.Size-int64(number-1)*c.PartSize)
}

// Complete turns the parts into the clip's original and has it processed; it may be repeated. Without done, what has
// arrived is taken. It returns a ValidationError when bytes are missing: the upload can then go on. Whoever hangs up meanwhile stops nothing.
func (u Uploads) Complete(ctx context.Context, clipID uuid.UUID, done []Done) (models.Clip, error) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), completeWithin)
	defer stop()
	c, err := u.DB.Clip(ctx, clipID)
	if err != nil || c.Status != models.ClipUploading {
		return c, err
	}
	parts, err := u.parts(ctx, c, done)
	if err != nil {
		return c, err
	}
	if parts != nil {
		err = u.Store.CompleteUpload(ctx, c.UploadKey, c.UploadID, parts)
	}
	if errors.Is(err, storage.ErrBadParts) {
		return c, models.Invalid("parts", "clip.upload.parts")
	}
	var info storage.Info
	if err == nil {
		info, err = u.Store.Head(ctx, c.UploadKey)
	}
	if errors.Is(err, storage.ErrNoUpload) || errors.Is(err, storage.ErrNotFound) {
		return c, &models.ConflictError{Key: "clip.conflict.upload_gone"}
	}
	if err != nil {
		return c, fmt.Errorf("clip %s: complete upload: %w", clipID, err)
	}
	if info.Size != c.Size { // parts were sent anew while this went on
		if err := u.DB.RefuseUpload(ctx, clipID, "size", fmt.Sprintf("%d bytes, announced %d", info.Size, c.Size)); err != nil {
			return c, err
		}
		return c, models.Invalid("size", "clip.error.size")
	}
	if err := u.DB.FinishUpload(ctx, clipID); err != nil {
		return c, fmt.Errorf("clip %s: complete upload: %w", clipID, err)
	}
	return u.DB.Clip(ctx, clipID)
}

// parts checks what is to be put together against what has arrived; nil when the upload was completed before.
func (u Uploads) parts(ctx context.Context, c models.Clip, done []Done) ([]storage.Part, error) {
	arrived, err := u.Store.Parts(ctx, c.UploadKey, c.UploadID)
	if errors.Is(err, storage.ErrNoUpload) {
		return nil, nil // completed a moment ago, and the answer was lost
	}
	if err != nil {
		return nil, fmt.Errorf("clip %s: parts: %w", c.ID, err)
	}
	var have int64
	for _, p := range arrived {
		have += p.Size
	}
	if have != c.Size || len(arrived) != c.Parts() {
		return nil, models.Invalid("parts", "clip.upload.incomplete", "Have", have, "Want", c.Size)
	}
	if len(done) == 0 {
		return arrived, nil
	}
	if len(done) != len(arrived) {
		return nil, models.Invalid("parts", "clip.upload.parts")
	}
	return given(done), nil
}

func given(done []Done) []storage.Part {
	parts := make([]storage.Part, len(done))
	for i, d := range done {
		parts[i] = storage.Part{Number: d.Number, ETag: d.ETag}
	}
	return parts
}

// Cancel gives an upload up: its row is gone at once, its parts soon after. ErrNotFound when it is over or was cancelled.
func (u Uploads) Cancel(ctx context.Context, clipID uuid.UUID) error {
	return u.DB.CancelUpload(ctx, clipID)
}
