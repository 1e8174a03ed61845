package public

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/document"
	"kollega/internal/inbox"
	"kollega/models"
)

// inboxKey is the same for what one person hands in for one job.
func inboxKey(a models.Applying) string { return a.JobID.String() + " " + models.EmailKey(a.Email) }

// await keeps what was handed in on this machine's disk, its CV included, and says honestly that the confirmation follows. Where it
// cannot be kept, every word comes back.
func (h *Handlers) await(c echo.Context, l models.Landing, in *handedIn, a models.Applying, kind document.Kind, cause error) error {
	ctx := c.Request().Context()
	file, err := h.document(ctx, in, &a, kind)
	if file != nil && file != in.file {
		defer file.Close()
	}
	if errors.Is(err, errCVGone) {
		return h.mend(c, l, in, kind, models.ValidationErrors{models.Invalid("cv", "apply.error.cv_again")})
	}
	if err == nil {
		err = h.keepWaiting(c, l, in, a, file)
	}
	if err != nil {
		return h.later(c, in, a.CV, errors.Join(cause, err))
	}
	why := "an earlier one of the same person waits"
	if cause != nil {
		why = cause.Error()
	}
	h.Log.WarnContext(ctx, "application kept on this machine's disk", "request_id", web.RequestID(c), "id", a.ID.String(), "error", why)
	return h.received(c, l)
}

// keepWaiting puts it into the inbox together with its event, which is recorded when it is taken in.
func (h *Handlers) keepWaiting(c echo.Context, l models.Landing, in *handedIn, a models.Applying, file *os.File) error {
	waiting := models.HandedIn{
		Applying: a, JobTitle: l.Job.Title,
		Event: h.Tracker.ApplicationEvent(c.Request(), h.application(l, in, a.ID, a.At), h.asker(c)),
	}
	form, err := waiting.Encode()
	if err != nil {
		return err
	}
	item := inbox.Item{ID: a.ID, At: a.At, Key: inboxKey(a), Form: form}
	if file == nil {
		return h.Inbox.Put(item, nil, 0)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return h.Inbox.Put(item, file, a.CV.Size)
}

// document is the CV that waits with the form, nil for none. One that came with an earlier try is fetched back where that is
// possible, as a file of its own: nothing but the form knows of the first, which the clean-up may take.
func (h *Handlers) document(ctx context.Context, in *handedIn, a *models.Applying, kind document.Kind) (*os.File, error) {
	switch {
	case in.file != nil:
		if a.CV == nil {
			a.CV = in.newCV(kind)
		}
		return in.file, nil
	case in.dropCV:
		a.CV = nil
		return nil, nil //nolint:nilnil // there is none: that is an answer
	}
	if a.CV == nil {
		var err error
		if a.CV, err = h.kept(in.KeptCV); a.CV == nil || err != nil {
			return nil, err
		}
	}
	object, err := h.Store.Get(ctx, a.CV.Key, "")
	if err != nil {
		return nil, nil //nolint:nilnil // whether it is still there is seen when it is handed over
	}
	defer object.Body.Close()
	file, err := namelessFile()
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(file, object.Body)
	if err != nil || n != a.CV.Size {
		return nil, errors.Join(file.Close(), err)
	}
	own := *a.CV
	own.Key = models.CVKeys + uuid.NewString()
	a.CV = &own
	return file, nil
}

type receivedBody struct {
	Job  models.Job
	Form string // address of the form, to send it once more
}

// received says that the application is here, and what happens next. Nothing has been stored that would outlive a loss of this
// machine, so it does not say more.
func (h *Handlers) received(c echo.Context, l models.Landing) error {
	path := "/jobs/" + l.Job.Slug
	if l.Link != nil {
		path = l.Link.Path()
	}
	body := receivedBody{Job: l.Job, Form: path + h.said(c) + "#apply"}
	page := h.Page(c, h.Printer(c).T("public.received.title"), body)
	page.NoIndex = true
	private(c)
	return h.RenderPage(c, http.StatusAccepted, "public/received.html", page)
}

// later answers where an engine is away and nothing can be kept: all that was written, in a form that is ready to be sent again.
func (h *Handlers) later(c echo.Context, in *handedIn, cv *models.CV, err error) error {
	h.Log.ErrorContext(c.Request().Context(), "application not taken", "request_id", web.RequestID(c), "error", err.Error())
	in.Action = c.Request().URL.Path + h.said(c)
	in.Failed = h.Printer(c).T("apply.error.later")
	switch {
	case in.KeptCV != "":
		h.nameKept(in)
	case cv != nil && (in.file == nil || h.put(c.Request().Context(), cv, in) == nil):
		h.keep(in, cv)
	case in.file != nil:
		in.Errors.Add("cv", "apply.error.cv_again")
	}
	page := h.Page(c, h.Printer(c).T("public.later.title"), in.applyBody)
	page.NoIndex, page.Errors = true, in.Errors
	private(c)
	c.Response().Header().Set("Retry-After", "10")
	return h.RenderPage(c, http.StatusServiceUnavailable, "public/later.html", page)
}
