package staff

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/internal/auth"
	"kollega/models"
)

// forgotView is the form for a new password, and whether it was sent.
type forgotView struct {
	Email string `form:"email"`
	Sent  bool
}

// ForgotForm asks for the address that a link should be sent to.
func (h *Handlers) ForgotForm(c echo.Context) error {
	return h.Render(c, "plain/forgot.html", h.Printer(c).T("forgot.title"), forgotView{})
}

// Forgot says the same whether there is such a person or not.
func (h *Handlers) Forgot(c echo.Context) error {
	var in struct {
		Email string `form:"email"`
	}
	if err := c.Bind(&in); err != nil {
		return err
	}
	title := h.Printer(c).T("forgot.title")
	closed, err := h.PasswordsClosed(c.Request().Context())
	if err != nil {
		return err
	}
	var roles []string // all
	if closed {
		roles = []string{models.RoleAdmin}
	}
	if err := h.DB.RequestReset(c.Request().Context(), in.Email, c.RealIP(), roles...); err != nil {
		return h.renderSlow(c, err, "email", "plain/forgot.html", title, forgotView{Email: in.Email})
	}
	return h.Render(c, "plain/forgot.html", title, forgotView{Email: in.Email, Sent: true})
}

// resetView is the form that a mailed link leads to.
type resetView struct {
	Email string // for password managers
	Hint  map[string]any
}

func passwordHint() map[string]any { return map[string]any{"Min": auth.MinPassword} }

// ResetForm asks for a new password.
func (h *Handlers) ResetForm(c echo.Context) error {
	u, err := h.userByToken(c, models.PurposeReset)
	if err != nil {
		return h.linkGone(c, err)
	}
	return h.Render(c, "plain/reset.html", h.Printer(c).T("reset.title"), resetView{Email: u.Email, Hint: passwordHint()})
}

// Reset sets the new password, ends every session and signs in.
func (h *Handlers) Reset(c echo.Context) error {
	var in struct {
		Password string `form:"password"`
	}
	if err := c.Bind(&in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	u, err := h.userByToken(c, models.PurposeReset)
	if err != nil {
		return h.linkGone(c, err)
	}
	view := resetView{Email: u.Email, Hint: passwordHint()}
	if u, err = h.DB.ResetPassword(ctx, c.Param("token"), in.Password); err != nil {
		return h.linkGone(c, h.RenderInvalid(c, err, "plain/reset.html", h.Printer(c).T("reset.title"), view))
	}
	if err := h.SignIn(c, u); err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T("reset.done"))
	return c.Redirect(http.StatusSeeOther, "/")
}

// userByToken is whom the mailed link of the address belongs to. Where passwords are for administrators only, it leads nobody else to
// one: they sign in with the house's account.
func (h *Handlers) userByToken(c echo.Context, purpose string) (models.User, error) {
	ctx := c.Request().Context()
	u, err := h.DB.UserByToken(ctx, purpose, c.Param("token"))
	if err != nil {
		return u, err
	}
	closed, err := h.PasswordsClosed(ctx)
	if err == nil && closed && u.Role != models.RoleAdmin {
		err = errByAccount
	}
	return u, err
}

// errByAccount says that the person signs in with the house's account alone.
var errByAccount = errors.New("passwords are closed")

// linkGone tells what to do about a mailed link that does not work any more; other errors are passed on.
func (h *Handlers) linkGone(c echo.Context, err error) error {
	if errors.Is(err, errByAccount) {
		return c.Redirect(http.StatusSeeOther, "/login")
	}
	if !errors.Is(err, models.ErrNotFound) {
		return err
	}
	return h.RenderPage(c, http.StatusNotFound, "plain/link_gone.html", h.Page(c, h.Printer(c).T("link_gone.title"), nil))
}
