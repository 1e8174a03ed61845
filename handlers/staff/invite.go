package staff

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/internal/auth"
	"kollega/models"
)

// inviteForm is what an invited person decides.
type inviteForm struct {
	Name     string `form:"name"`
	Password string `form:"password"`
	Language string `form:"language"`
	ShowName bool   `form:"show_name"`
}

// inviteView is the form with what the house stores about the person already.
type inviteView struct {
	inviteForm

	User models.User
	Min  int // characters of a password

	Account bool // the house's own account can be used instead
}

// InviteForm welcomes an invited person and shows what is stored about them.
func (h *Handlers) InviteForm(c echo.Context) error {
	u, err := h.userByToken(c, models.PurposeInvite)
	if err != nil {
		return h.linkGone(c, err)
	}
	form := inviteForm{Name: u.Name, Language: u.Language}
	if form.Language == "" {
		form.Language = h.Lang(c)
	}
	return h.Render(c, "plain/invite.html", h.inviteTitle(c), inviteView{inviteForm: form, User: u, Min: auth.MinPassword, Account: h.Account != nil})
}

// Invite lets the person join and signs them in.
func (h *Handlers) Invite(c echo.Context) error {
	var in inviteForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	u, err := h.userByToken(c, models.PurposeInvite)
	if err != nil {
		return h.linkGone(c, err)
	}
	view := inviteView{inviteForm: in, User: u, Min: auth.MinPassword, Account: h.Account != nil}
	view.Password = ""
	u, err = h.DB.Join(ctx, c.Param("token"), models.Join{Password: in.Password, Name: in.Name, Language: in.Language, ShowName: in.ShowName})
	if err != nil {
		return h.linkGone(c, h.RenderInvalid(c, err, "plain/invite.html", h.inviteTitle(c), view))
	}
	if err := h.SignIn(c, u); err != nil {
		return err
	}
	h.Flash(c, "success", h.Texts.For(in.Language).T("invite.done", "Name", u.Name))
	return c.Redirect(http.StatusSeeOther, "/")
}

func (h *Handlers) inviteTitle(c echo.Context) string {
	return h.Printer(c).T("invite.title", "House", h.Organisation().Name)
}
