package public

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/document"
	"kollega/models"
	"kollega/storage"
)

const (
	cvPurpose = "kept-cv"

	// keptFor is how long a CV waits for its form to be sent again; the clean-up leaves younger ones alone.
	keptFor = 4 * time.Hour

	forgetWithin = 2 * time.Second // nobody waits longer for a file to be cleared away
)

// cvErrors are the sentences on a CV that cannot be taken.
var cvErrors = []struct {
	err error
	key string
}{
	{document.ErrEmpty, "apply.error.cv_empty"},
	{document.ErrTooBig, "apply.error.cv_too_big"},
	{document.ErrMacros, "apply.error.cv_macros"},
	{document.ErrKind, "apply.error.cv_kind"},
}

// errStore is an object store that is away: the CV waits on this machine's disk.
var errStore = errors.New("the object store is away")

// checkCV refuses a file that is no CV; it asks no engine.
func (in *handedIn) checkCV() (kind document.Kind, key string) {
	if in.file == nil && in.fileErr == nil {
		return kind, ""
	}
	err := in.fileErr
	if err == nil {
		kind, err = document.Check(in.file, in.fileSize)
	}
	if err != nil {
		return kind, cvKey(err)
	}
	return kind, ""
}

// newCV names the file that came.
func (in *handedIn) newCV(kind document.Kind) *models.CV {
	return &models.CV{Key: models.CVKeys + uuid.NewString(), Name: document.CleanName(in.fileName, kind), Type: kind.Type, Size: in.fileSize}
}

// takeCV stores the CV that came, or finds the one that came with an earlier try. No browser sends a chosen file a second
// time by itself, so a form that is shown again carries a signed reference to it. With errStore the CV is named all the same:
// it is not where it belongs yet.
func (h *Handlers) takeCV(c echo.Context, l models.Landing, in *handedIn, kind document.Kind) (*models.CV, error) {
	ctx := c.Request().Context()
	kept, err := h.kept(in.KeptCV)
	in.KeptCV, in.KeptName = "", ""
	switch {
	case in.file != nil:
		h.forget(c, kept)
		cv := in.newCV(kind)
		if err := h.put(ctx, cv, in); err != nil {
			return cv, fmt.Errorf("%w: %w", errStore, err)
		}
		h.keep(in, cv)
		return cv, nil
	case in.dropCV:
		h.forget(c, kept)
		return nil, nil //nolint:nilnil // there is none: that is an answer
	case err != nil || kept == nil:
		return nil, err
	}
	if err := h.unused(ctx, l, in, kept); err != nil {
		return kept, err
	}
	h.keep(in, kept)
	return kept, nil
}

// errCVGone is a reference that leads to no file that may be used.
var errCVGone = errors.New("kept CV is gone")

func cvKey(err error) string {
	for _, known := range cvErrors {
		if errors.Is(err, known.err) {
			return known.key
		}
	}
	if errors.Is(err, errCVGone) {
		return "apply.error.cv_again"
	}
	return "apply.error.cv_storage"
}

// put keeps the file that came under the CV's key of private storage.
func (h *Handlers) put(ctx context.Context, cv *models.CV, in *handedIn) error {
	if _, err := in.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return h.Store.Put(ctx, cv.Key, in.file, storage.PutOptions{ContentType: cv.Type})
}

// kept is the CV behind a signed reference; nil without one.
func (h *Handlers) kept(token string) (*models.CV, error) {
	if token == "" {
		return nil, nil //nolint:nilnil // nothing was kept: that is an answer
	}
	signer, err := h.keptCV()
	if err != nil {
		return nil, err
	}
	raw, err := signer.Verify(cvPurpose, token, h.Now())
	if err != nil {
		return nil, errCVGone
	}
	cv := &models.CV{}
	if err := json.Unmarshal(raw, cv); err != nil {
		return nil, errCVGone
	}
	return cv, nil
}

// unused refuses a kept CV that the clean-up took, or that another application has: it would go with that one.
func (h *Handlers) unused(ctx context.Context, l models.Landing, in *handedIn, cv *models.CV) error {
	free, err := h.DB.CVFree(ctx, cv.Key, l.Job.ID, in.Email)
	if err != nil {
		return err
	}
	if !free {
		return errCVGone
	}
	_, err = h.Store.Head(ctx, cv.Key)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return errCVGone
	case err != nil:
		return fmt.Errorf("%w: %w", errStore, err)
	}
	return nil
}

// keep puts a reference to the CV into the form, for the case that it is shown again.
func (h *Handlers) keep(in *handedIn, cv *models.CV) {
	signer, err := h.keptCV()
	if err != nil {
		return // the page then asks for the file again
	}
	raw, err := json.Marshal(cv)
	if err != nil {
		return
	}
	in.KeptCV, in.KeptName = signer.Sign(cvPurpose, raw, h.Now().Add(keptFor)), cv.Name
}

// nameKept finds the name of the CV that came with an earlier try; a reference that is no good is taken out of the form.
func (h *Handlers) nameKept(in *handedIn) {
	cv, err := h.kept(in.KeptCV)
	in.KeptName = ""
	if cv == nil || err != nil {
		in.KeptCV = ""
		return
	}
	in.KeptName = cv.Name
}

// forget deletes a CV that no application has; what cannot be deleted now, the clean-up finds.
func (h *Handlers) forget(c echo.Context, cv *models.CV) {
	if cv == nil {
		return
	}
	ctx, stop := context.WithTimeout(c.Request().Context(), forgetWithin)
	defer stop()
	if used, err := h.DB.CVUsed(ctx, cv.Key); err != nil || used {
		return
	}
	if err := h.Store.Delete(ctx, cv.Key); err != nil {
		h.Log.WarnContext(ctx, "CV not deleted", "request_id", web.RequestID(c), "error", err.Error())
	}
}
