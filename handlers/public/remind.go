package public

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"kollega/models"
)

// remindBody is the form by which somebody mails themself the page's link.
type remindBody struct {
	Job    models.Job
	Action string // where the form goes
	Back   string // the page
	Email  string
	Sent   bool
}

// RemindByCode mails the link of a share link's page, with the colleague's code.
func (h *Handlers) RemindByCode(c echo.Context) error { return h.remind(c, h.byCode) }

// RemindBySlug mails the open door's.
func (h *Handlers) RemindBySlug(c echo.Context) error { return h.remind(c, h.bySlug) }

// BackFromRemind leads who opens the form's address anew to the page that has the form.
func (h *Handlers) BackFromRemind(c echo.Context) error {
	return c.Redirect(http.StatusSeeOther, strings.TrimSuffix(c.Request().URL.Path, "/remind"))
}

func (h *Handlers) remind(c echo.Context, find func(echo.Context) (models.Landing, error)) error {
	private(c)
	l, err := find(c)
	if errors.Is(err, models.ErrNotFound) {
		return h.unknown(c)
	}
	if err != nil {
		return err
	}
	body := remindBody{Job: l.Job, Action: c.Request().URL.Path, Email: strings.TrimSpace(c.FormValue("email"))}
	body.Back = strings.TrimSuffix(body.Action, "/remind")
	err = h.DB.Remind(c.Request().Context(), models.Reminder{Email: body.Email, Language: h.Lang(c), JobID: l.Job.ID, LinkID: l.LinkID()}, c.RealIP())
	code, bad, err := h.mailRefused(c, err)
	if err != nil {
		return err
	}
	body.Sent = len(bad) == 0
	page := h.Page(c, h.Printer(c).T("remind.title"), body)
	page.NoIndex, page.Errors = true, bad
	return h.RenderPage(c, code, "public/remind.html", page)
}
