package public

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
	"kollega/tracking"
)

// takeWithin is how long it may take to store an application that has come in.
const takeWithin = 25 * time.Second

// ApplyByCode takes an application from a share link's page.
func (h *Handlers) ApplyByCode(c echo.Context) error { return h.apply(c, h.byCode) }

// ApplyBySlug takes an application by the open door.
func (h *Handlers) ApplyBySlug(c echo.Context) error { return h.apply(c, h.bySlug) }

// BackToPage leads who opens the form's address anew, or asks for it in the other language, to the page that has the form.
func (h *Handlers) BackToPage(c echo.Context) error {
	to := strings.TrimSuffix(c.Request().URL.Path, "/apply")
	return c.Redirect(http.StatusSeeOther, to+web.Keep(c)+"#apply")
}

func (h *Handlers) apply(c echo.Context, find func(echo.Context) (models.Landing, error)) error {
	in, err := readForm(c.Request())
	if err != nil {
		return err
	}
	defer in.close()
	// Reading may have taken long on a slow line, and whoever pressed "send" has sent, even if they are gone by now.
	ctx, stop := context.WithTimeout(context.WithoutCancel(c.Request().Context()), takeWithin)
	defer stop()
	c.SetRequest(c.Request().WithContext(ctx))

	l, err := find(c)
	switch {
	case models.Unavailable(err):
		return h.later(c, in, err)
	case errors.Is(err, models.ErrNotFound):
		return h.unknown(c)
	case err != nil:
		return err
	case !h.flood.allow(c.RealIP(), c.Request().UserAgent(), h.Now()):
		return h.refuse(c, l, in, http.StatusTooManyRequests, "apply.error.flood")
	}
	return h.take(c, l, in)
}

// take stores what was handed in, or shows the form again with every word.
func (h *Handlers) take(c echo.Context, l models.Landing, in *handedIn) error {
	ctx := c.Request().Context()
	cv, bad, code := h.takeCV(c, l, in)
	a := h.applying(c, l, in)
	a.CV = cv
	if more, ok := web.Refused(a.Check()); ok {
		bad = inOrder(append(bad, more...))
	}
	if len(bad) > 0 {
		in.Errors = bad
		return h.show(c, l, h.shown(l, in), code, in.applyBody)
	}
	app, again, old, err := h.DB.Apply(ctx, a)
	switch {
	case models.Unavailable(err), errors.Is(err, context.DeadlineExceeded):
		return h.later(c, in, err) // whether it was stored is not known: the CV stays
	case errors.Is(err, models.ErrConflict):
		h.forget(c, cv)
		in.KeptCV = ""
		return h.refuse(c, l, in, http.StatusConflict, "apply.error.closed")
	case err != nil:
		h.forget(c, cv)
		return err
	}
	if old != "" && (cv == nil || old != cv.Key) {
		h.forget(c, &models.CV{Key: old})
	}
	to := "/jobs/" + l.Job.Slug + "/thanks" + h.said(c)
	if again {
		return c.Redirect(http.StatusSeeOther, to+"&again=1")
	}
	h.applied(c, l, in, app)
	return c.Redirect(http.StatusSeeOther, to)
}

// applying is what models are asked to store. A token of another page is as good as none.
func (h *Handlers) applying(c echo.Context, l models.Landing, in *handedIn) models.Applying {
	a := models.Applying{
		JobID: l.Job.ID, Name: in.Name, Email: in.Email, Phone: in.Phone, Message: in.Message, HeardFrom: in.HeardFrom,
		Language: h.Lang(c), ConsentPool: in.ConsentPool, Link: l.Link, ClipID: where(l).ClipID,
	}
	if visit, ok := h.visit(l, in); ok {
		a.ClickID, a.Class, a.ClipID = visit.ClickID, visit.Class, visit.ClipID
		if a.Class == models.ClassPrefetch { // made ready ahead, then opened: nobody fills in a form that nobody saw
			a.Class = models.ClassHuman
		}
	}
	a.Trapped = in.trapped
	return a
}

// visit is the click that the form's page belongs to, if it is a click on this very page.
func (h *Handlers) visit(l models.Landing, in *handedIn) (tracking.Visit, bool) {
	v, err := h.Tracker.Visit(in.Visit)
	link := uuid.Nil
	if l.Link != nil {
		link = l.Link.ID
	}
	return v, err == nil && v.JobID == l.Job.ID && v.LinkID == link
}

// shown is the clip that the form's page shows, which it goes on to show.
func (h *Handlers) shown(l models.Landing, in *handedIn) uuid.UUID {
	if v, ok := h.visit(l, in); ok {
		return v.ClipID
	}
	return where(l).ClipID
}

// applied records the event; the application stands whatever becomes of it.
func (h *Handlers) applied(c echo.Context, l models.Landing, in *handedIn, app models.Application) {
	done := tracking.Application{ID: app.ID, At: app.SubmittedAt, Where: where(l)}
	if _, ok := h.visit(l, in); ok {
		done.Token = in.Visit
	}
	if err := h.Tracker.Applied(c.Request().Context(), c.Request(), done, h.asker(c)); err != nil {
		h.Log.ErrorContext(c.Request().Context(), "application's event not recorded", "request_id", web.RequestID(c), "error", err.Error())
	}
}

// refuse shows the page again with every word and a sentence on why it was not taken.
func (h *Handlers) refuse(c echo.Context, l models.Landing, in *handedIn, code int, key string) error {
	in.Failed = h.Printer(c).T(key)
	h.nameKept(c, in)
	if in.file != nil {
		in.Errors.Add("cv", "apply.error.cv_again")
	}
	return h.show(c, l, h.shown(l, in), code, in.applyBody)
}

// later answers while an engine is away: all that was written, in a form that is ready to be sent again. It asks no engine.
func (h *Handlers) later(c echo.Context, in *handedIn, err error) error {
	h.Log.ErrorContext(c.Request().Context(), "application not taken", "request_id", web.RequestID(c), "error", err.Error())
	in.Action = c.Request().URL.Path + h.said(c)
	in.Failed = h.Printer(c).T("apply.error.later")
	h.keepLate(c, in)
	page := h.Page(c, h.Printer(c).T("public.later.title"), in.applyBody)
	page.NoIndex, page.Errors = true, in.Errors
	private(c)
	c.Response().Header().Set("Retry-After", "10")
	return h.RenderPage(c, http.StatusServiceUnavailable, "public/later.html", page)
}

// formOrder is the order of the form's fields.
var formOrder = []string{"name", "email", "phone", "cv", "message", "heard_from"}

// inOrder sorts refusals as the form has its fields, one to a field.
func inOrder(bad models.ValidationErrors) models.ValidationErrors {
	slices.SortStableFunc(bad, func(a, b *models.ValidationError) int {
		return slices.Index(formOrder, a.Field) - slices.Index(formOrder, b.Field)
	})
	return slices.CompactFunc(bad, func(a, b *models.ValidationError) bool { return a.Field == b.Field })
}
