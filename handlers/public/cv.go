package public

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
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

// takeCV stores the CV that came, or finds the one that came with an earlier try. No browser sends a chosen file a second
// time by itself, so a form that is shown again carries a signed reference to it. code is the status if something is refused.
func (h *Handlers) takeCV(c echo.Context, l models.Landing, in *handedIn) (cv *models.CV, bad models.ValidationErrors, code int) {
	code = http.StatusUnprocessableEntity
	kept, err := h.kept(c.Request().Context(), in.KeptCV)
	in.KeptCV, in.KeptName = "", ""
	switch {
	case in.file == nil && in.fileErr == nil && !in.dropCV:
		if err == nil && kept != nil {
			err = h.unused(c.Request().Context(), l, in, kept)
		}
		cv = kept
	default:
		h.forget(c, kept)
		if in.file != nil || in.fileErr != nil {
			cv, err = h.store(c, in)
		} else {
			err = nil
		}
	}
	if err != nil {
		key := cvKey(err)
		if key == "apply.error.cv_storage" {
			code = http.StatusServiceUnavailable
			h.Log.ErrorContext(c.Request().Context(), "CV not stored", "request_id", web.RequestID(c), "error", err.Error())
		}
		bad.Add("cv", key)
		return nil, bad, code
	}
	h.keep(c, in, cv)
	return cv, bad, code
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

// store checks the file that came and keeps it under a random key of private storage.
func (h *Handlers) store(c echo.Context, in *handedIn) (*models.CV, error) {
	if in.fileErr != nil {
		return nil, in.fileErr
	}
	kind, err := document.Check(in.file, in.fileSize)
	if err != nil {
		return nil, err
	}
	if _, err := in.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	cv := &models.CV{Key: models.CVKeys + uuid.NewString(), Name: document.CleanName(in.fileName, kind), Type: kind.Type, Size: in.fileSize}
	if err := h.Store.Put(c.Request().Context(), cv.Key, in.file, storage.PutOptions{ContentType: kind.Type}); err != nil {
		return nil, err
	}
	return cv, nil
}

// kept is the CV behind a signed reference; nil without one.
func (h *Handlers) kept(ctx context.Context, token string) (*models.CV, error) {
	if token == "" {
		return nil, nil //nolint:nilnil // nothing was kept: that is an answer
	}
	signer, err := h.keptCV.get(ctx, h.DB)
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
	if _, err := h.Store.Head(ctx, cv.Key); errors.Is(err, storage.ErrNotFound) {
		return errCVGone
	} else if err != nil {
		return err
	}
	return nil
}

// keep puts a reference to the CV into the form, for the case that it is shown again.
func (h *Handlers) keep(c echo.Context, in *handedIn, cv *models.CV) {
	if cv == nil {
		return
	}
	signer, err := h.keptCV.get(c.Request().Context(), h.DB)
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
func (h *Handlers) nameKept(c echo.Context, in *handedIn) {
	cv, err := h.kept(c.Request().Context(), in.KeptCV)
	in.KeptName = ""
	if cv == nil || err != nil {
		in.KeptCV = ""
		return
	}
	in.KeptName = cv.Name
}

// keepLate keeps a CV while Postgres is away, if the object store is not.
func (h *Handlers) keepLate(c echo.Context, in *handedIn) {
	if h.nameKept(c, in); in.KeptName != "" || in.file == nil {
		return
	}
	key := "apply.error.cv_again"
	if _, err := h.keptCV.get(c.Request().Context(), h.DB); err == nil { // without its key nothing could be kept
		cv, err := h.store(c, in)
		if err == nil {
			h.keep(c, in, cv)
			return
		}
		if refused := cvKey(err); refused != "apply.error.cv_storage" {
			key = refused
		}
	}
	in.Errors.Add("cv", key)
}

// forget deletes a CV that no application has; what cannot be deleted now, the clean-up finds.
func (h *Handlers) forget(c echo.Context, cv *models.CV) {
	if cv == nil {
		return
	}
	ctx := c.Request().Context()
	if used, err := h.DB.CVUsed(ctx, cv.Key); err != nil || used {
		return
	}
	if err := h.Store.Delete(ctx, cv.Key); err != nil {
		h.Log.WarnContext(ctx, "CV not deleted", "request_id", web.RequestID(c), "error", err.Error())
	}
}
