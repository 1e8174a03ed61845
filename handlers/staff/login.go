package staff

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// loginForm is what is written to sign in; the password is never shown again.
type loginForm struct {
	Email    string `form:"email"`
	Password string `form:"password"`
}

// LogInForm asks for e-mail and password.
func (h *Handlers) LogInForm(c echo.Context) error {
	return h.Render(c, "plain/login.html", h.Printer(c).T("login.title"), loginForm{})
}

// LogIn signs in and goes on to where the person wanted to be.
func (h *Handlers) LogIn(c echo.Context) error {
	var in loginForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	u, err := h.DB.LogIn(c.Request().Context(), in.Email, in.Password, c.RealIP())
	if err != nil {
		return h.renderSlow(c, err, "password", "plain/login.html", h.Printer(c).T("login.title"), loginForm{Email: in.Email})
	}
	to := h.Back(c)
	if to == "/" && u.Is(models.RoleLeader) && !u.Is(models.RoleHR) { // a leader's day begins with who waits
		waiting, err := h.DB.CountWaiting(c.Request().Context(), u)
		if err != nil {
			return err
		}
		if waiting > 0 {
			to = "/leader/feedback"
		}
	}
	if err := h.SignIn(c, u); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// LogOut ends this session.
func (h *Handlers) LogOut(c echo.Context) error {
	if err := h.SignOut(c); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/login")
}

// renderSlow shows a form again like RenderInvalid; where it was tried too often the sentence at field says how long to wait.
func (h *Handlers) renderSlow(c echo.Context, err error, field, name, title string, body any) error {
	var slow *models.TooManyError
	if !errors.As(err, &slow) {
		return h.RenderInvalid(c, err, name, title, body)
	}
	web.RetryAfter(c, err)
	page := h.Page(c, title, body)
	page.Errors = models.ValidationErrors{web.WaitSentence(field, slow.Wait)}
	return h.RenderPage(c, http.StatusTooManyRequests, name, page)
}
