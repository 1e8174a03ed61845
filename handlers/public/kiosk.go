package public

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// How long a screen waits for somebody to do something before it shows all jobs again, in seconds.
const (
	kioskIdle = 60  // and has forgotten who was there
	kioskLook = 120 // at one job, with nobody's code: its clip may be that long
)

// kioskBody is what every page of a screen has.
type kioskBody struct {
	Home      string // where the screen goes by itself
	Idle      int    // in seconds; 0 on the page that it goes to
	Closed    bool   // the job that was asked for takes no applications any more
	Jobs      []kioskJob
	Job       *kioskJob // that was chosen
	Personal  *kioskShare
	Norwegian string // this page in the two languages
	English   string
}

// kioskJob is an open job on a screen.
type kioskJob struct {
	Job  models.Job
	Clip *clipView // nil without one
	Path string    // of its page on this screen
	URL  string    // of its page for everybody
	QR   template.URL
}

// kioskShare is the link of whoever stands before the screen: a first name, and nothing else about them.
type kioskShare struct {
	Name string
	URL  string
	QR   template.URL
}

// Kiosk shows the open jobs on a screen in a break room. No cookie is set, and nobody is known there.
func (h *Handlers) Kiosk(c echo.Context) error {
	if _, err := h.kiosk(c); err != nil {
		return err
	}
	return h.kioskHome(c, http.StatusOK, h.kioskBody(c))
}

func (h *Handlers) kioskHome(c echo.Context, code int, body kioskBody) error {
	for _, l := range h.Directory.Open(h.Now()) {
		job, err := h.kioskJob(c, l)
		if err != nil {
			return err
		}
		body.Jobs = append(body.Jobs, job)
	}
	return h.showKiosk(c, code, "kiosk/home.html", h.Printer(c).T("kiosk.title"), body, nil)
}

// kioskClosed says that the job takes no applications any more, above those that do. A screen has nobody to lead it back: it goes by itself.
func (h *Handlers) kioskClosed(c echo.Context) error {
	body := h.kioskBody(c)
	body.Closed, body.Idle = true, kioskIdle
	body.Norwegian, body.English = body.Home+"?lang=nb", body.Home+"?lang=en"
	return h.kioskHome(c, http.StatusGone, body)
}

// KioskJob shows one job on a screen, with the code that is everybody's and the way to one's own.
func (h *Handlers) KioskJob(c echo.Context) error {
	if _, err := h.kiosk(c); err != nil {
		return err
	}
	return h.kioskJobPage(c, http.StatusOK, nil, nil)
}

// KioskShare answers the code of a card with the personal link for the job. It is part of this one answer and of nothing else: no
// address, no session and no history leads to it again.
func (h *Handlers) KioskShare(c echo.Context) error {
	k, err := h.kiosk(c)
	if err != nil {
		return err
	}
	l, err := h.bySlug(c)
	if errors.Is(err, models.ErrNotFound) {
		return h.kioskClosed(c)
	}
	if err != nil {
		return err
	}
	link, name, err := h.DB.KioskShare(c.Request().Context(), k, l.Job.ID, c.FormValue("code"), c.RealIP())
	var slow *models.TooManyError
	if errors.As(err, &slow) {
		web.RetryAfter(c, err)
		return h.kioskJobPage(c, http.StatusTooManyRequests, nil, models.ValidationErrors{web.WaitSentence("code", slow.Wait)})
	}
	if bad, refused := web.Refused(err); refused {
		return h.kioskJobPage(c, http.StatusUnprocessableEntity, nil, bad)
	}
	if errors.Is(err, models.ErrConflict) || errors.Is(err, models.ErrNotFound) { // closed meanwhile
		return h.kioskClosed(c)
	}
	if err != nil {
		return err
	}
	share := &kioskShare{Name: name, URL: h.URL(link.Path())}
	if share.QR, err = web.Drawing(share.URL); err != nil {
		return err
	}
	h.Visible(c) // the code is scanned at once
	return h.kioskJobPage(c, http.StatusOK, share, nil)
}

// kiosk is the screen of the address.
func (h *Handlers) kiosk(c echo.Context) (models.Kiosk, error) {
	private(c)
	return h.DB.KioskByToken(c.Request().Context(), c.Param("token"))
}

func (h *Handlers) kioskJobPage(c echo.Context, code int, share *kioskShare, bad models.ValidationErrors) error {
	body := h.kioskBody(c)
	l, err := h.bySlug(c)
	if errors.Is(err, models.ErrNotFound) || err == nil && !l.Open(h.Now()) {
		return h.kioskClosed(c)
	}
	if err != nil {
		return err
	}
	job, err := h.kioskJob(c, l)
	if err != nil {
		return err
	}
	body.Job, body.Personal, body.Idle = &job, share, kioskLook
	if share != nil {
		body.Idle = kioskIdle
	}
	return h.showKiosk(c, code, "kiosk/job.html", l.Job.Title, body, bad)
}

func (h *Handlers) kioskBody(c echo.Context) kioskBody {
	path := c.Request().URL.Path
	return kioskBody{Home: "/kiosk/" + url.PathEscape(c.Param("token")), Norwegian: path + "?lang=nb", English: path + "?lang=en"}
}

func (h *Handlers) kioskJob(c echo.Context, l models.Landing) (kioskJob, error) {
	job := kioskJob{Job: l.Job, Path: "/kiosk/" + url.PathEscape(c.Param("token")) + "/jobs/" + l.Job.Slug + "?lang=" + h.Lang(c), URL: h.URL("/jobs/" + l.Job.Slug)}
	if clip, ok := l.Clip(); ok {
		job.Clip = h.clip(c, clip)
	}
	var err error
	job.QR, err = web.Drawing(job.URL)
	return job, err
}

func (h *Handlers) showKiosk(c echo.Context, code int, name, title string, body kioskBody, bad models.ValidationErrors) error {
	page := h.Page(c, title, body)
	page.NoIndex, page.Errors = true, bad
	return h.RenderPage(c, code, name, page)
}
