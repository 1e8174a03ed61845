package public

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// invitedBody is the page of somebody whom a colleague had invited.
type invitedBody struct {
	models.Friend

	Question models.Question
	By       string // who gave the address; empty for somebody who has left
	Asker    string // who asks
	JobOpen  bool
	Token    string
	In       invitedInput
	Gone     bool // nothing is stored of them
	Declined bool // as they asked just now
}

// invitedInput is what comes with a yes, as written.
type invitedInput struct {
	Words string `form:"words"`
	Tell  bool   `form:"tell"`
}

// Invited tells who gave somebody's address and why, and asks whether they want to know more. Opening it answers nothing.
func (h *Handlers) Invited(c echo.Context) error {
	return h.invitedPage(c, http.StatusOK, invitedInput{}, nil)
}

// AcceptInvitation takes a yes: on to the job where it is open, else who asks may read it.
func (h *Handlers) AcceptInvitation(c echo.Context) error {
	var in invitedInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	path, err := h.DB.AcceptFriend(c.Request().Context(), c.Param("token"), in.Words, in.Tell)
	bad, refused := web.Refused(err)
	switch {
	case refused:
		return h.invitedPage(c, http.StatusUnprocessableEntity, in, bad)
	case errors.Is(err, models.ErrNotFound), errors.Is(err, models.ErrConflict):
		return h.invitationOver(c, http.StatusNotFound, false)
	case err != nil:
		return err
	case path != "":
		return c.Redirect(http.StatusSeeOther, path+web.Keep(c))
	}
	return c.Redirect(http.StatusSeeOther, "/invited/"+c.Param("token")+web.Keep(c))
}

// DeclineInvitation takes a no, or a yes back: whoever was invited is forgotten at once.
func (h *Handlers) DeclineInvitation(c echo.Context) error {
	err := h.DB.DeclineFriend(c.Request().Context(), c.Param("token"))
	if errors.Is(err, models.ErrNotFound) {
		return h.invitationOver(c, http.StatusNotFound, false)
	}
	if err != nil {
		return err
	}
	return h.invitationOver(c, http.StatusOK, true)
}

// BackToInvitation leads who opens a form's address anew to the page that has the form.
func (h *Handlers) BackToInvitation(c echo.Context) error {
	return c.Redirect(http.StatusSeeOther, "/invited/"+c.Param("token")+web.Keep(c))
}

func (h *Handlers) invitedPage(c echo.Context, code int, in invitedInput, bad models.ValidationErrors) error {
	private(c)
	f, q, err := h.DB.FriendByToken(c.Request().Context(), c.Param("token"))
	if errors.Is(err, models.ErrNotFound) || err == nil && (!q.Open() || q.Over(h.Now())) && f.AcceptedAt == nil {
		return h.invitationOver(c, http.StatusNotFound, false)
	}
	if err != nil {
		return err
	}
	web.Speak(c, f.Language)
	body := invitedBody{
		Friend: f, Question: q, By: web.NameOf(f.Answer.User), Asker: web.NameOf(q.User), JobOpen: q.Job != nil && q.Job.Open(h.Now()),
		Token: c.Param("token"), In: in,
	}
	page := h.Page(c, q.Title, body)
	page.NoIndex, page.Errors = true, bad
	return h.RenderPage(c, code, "public/invited.html", page)
}

// invitationOver says that nothing is stored of whoever was invited.
func (h *Handlers) invitationOver(c echo.Context, code int, declined bool) error {
	private(c)
	page := h.Page(c, h.Printer(c).T("invited.over"), invitedBody{Gone: true, Declined: declined})
	page.NoIndex = true
	return h.RenderPage(c, code, "public/invited.html", page)
}
