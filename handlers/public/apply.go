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
	"kollega/internal/document"
	"kollega/models"
	"kollega/tracking"
)

// takeWithin is how long it may take to store an application that has come in.
const takeWithin = 25 * time.Second

// applyWithin is how long Postgres may take for it; then it is kept on this machine's disk.
const applyWithin = 10 * time.Second

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
	case errors.Is(err, models.ErrNotFound):
		return h.unknown(c)
	case err != nil:
		return err
	case !h.flood.allow(c.RealIP(), c.Request().UserAgent(), h.Now()):
		return h.refuse(c, l, in, http.StatusTooManyRequests, "apply.error.flood")
	}
	return h.take(c, l, in)
}

// take stores what was handed in, keeps it on this machine's disk while an engine is away, or shows the form again with every word.
func (h *Handlers) take(c echo.Context, l models.Landing, in *handedIn) error {
	kind, refused := in.checkCV()
	a := h.applying(c, l, in)
	bad, _ := web.Refused(a.Check())
	if refused != "" {
		bad.Add("cv", refused)
	}
	if len(bad) > 0 {
		return h.mend(c, l, in, kind, bad)
	}
	if h.Inbox.Waits(inboxKey(a)) { // this person's earlier words wait: these come after them
		return h.await(c, l, in, a, kind, nil)
	}
	cv, err := h.takeCV(c, l, in, kind)
	a.CV = cv
	switch {
	case errors.Is(err, errCVGone):
		return h.mend(c, l, in, kind, models.ValidationErrors{models.Invalid("cv", "apply.error.cv_again")})
	case err != nil:
		return h.await(c, l, in, a, kind, err)
	}
	return h.store(c, l, in, a, kind)
}

// store hands over to Postgres what has been checked, its CV being where it belongs.
func (h *Handlers) store(c echo.Context, l models.Landing, in *handedIn, a models.Applying, kind document.Kind) error {
	limited, stop := context.WithTimeout(c.Request().Context(), applyWithin)
	app, again, old, err := h.DB.Apply(limited, a)
	stop()
	switch {
	case models.Unavailable(err), errors.Is(err, context.DeadlineExceeded):
		return h.await(c, l, in, a, kind, err) // whether it was stored is not known: handed over again it changes nothing
	case errors.Is(err, models.ErrConflict):
		h.forget(c, a.CV)
		in.KeptCV = ""
		return h.refuse(c, l, in, http.StatusConflict, "apply.error.closed")
	case err != nil:
		h.forget(c, a.CV)
		return err
	}
	if old != "" && (a.CV == nil || old != a.CV.Key) {
		h.forget(c, &models.CV{Key: old})
	}
	to := "/jobs/" + l.Job.Slug + "/thanks" + h.said(c)
	if again {
		return c.Redirect(http.StatusSeeOther, to+"&again=1")
	}
	h.applied(c, l, in, app)
	return c.Redirect(http.StatusSeeOther, to)
}

// mend shows the form again with what was refused. A CV that is good is kept meanwhile.
func (h *Handlers) mend(c echo.Context, l models.Landing, in *handedIn, kind document.Kind, bad models.ValidationErrors) error {
	code := http.StatusUnprocessableEntity
	at := slices.IndexFunc(bad, func(e *models.ValidationError) bool { return e.Field == "cv" })
	if at >= 0 {
		if in.file != nil || in.fileErr != nil {
			cv, _ := h.kept(in.KeptCV) // one that is no good leads to nothing
			h.forget(c, cv)
		}
		in.KeptCV, in.KeptName = "", ""
		if bad[at].Key == "apply.error.cv_storage" {
			code = http.StatusServiceUnavailable
			h.Log.ErrorContext(c.Request().Context(), "CV not kept", "request_id", web.RequestID(c), "error", in.fileErr.Error())
		}
	} else if _, err := h.takeCV(c, l, in, kind); err != nil {
		bad.Add("cv", "apply.error.cv_again")
	}
	in.Errors = inOrder(bad)
	return h.show(c, l, h.shown(l, in), code, in.applyBody)
}

// applying is what models are asked to store. A token of another page is as good as none.
func (h *Handlers) applying(c echo.Context, l models.Landing, in *handedIn) models.Applying {
	a := models.Applying{
		ID: models.NewID(), At: h.Now(),
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
	err := h.Tracker.Applied(c.Request().Context(), c.Request(), h.application(l, in, app.ID, app.SubmittedAt), h.asker(c))
	if err != nil {
		h.Log.ErrorContext(c.Request().Context(), "application's event not recorded", "request_id", web.RequestID(c), "error", err.Error())
	}
}

// application is what the event of an application is made from.
func (h *Handlers) application(l models.Landing, in *handedIn, id uuid.UUID, at time.Time) tracking.Application {
	done := tracking.Application{ID: id, At: at, Where: where(l)}
	if _, ok := h.visit(l, in); ok {
		done.Token = in.Visit
	}
	return done
}

// refuse shows the page again with every word and a sentence on why it was not taken.
func (h *Handlers) refuse(c echo.Context, l models.Landing, in *handedIn, code int, key string) error {
	in.Failed = h.Printer(c).T(key)
	h.nameKept(in)
	if in.file != nil {
		in.Errors.Add("cv", "apply.error.cv_again")
	}
	return h.show(c, l, h.shown(l, in), code, in.applyBody)
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
