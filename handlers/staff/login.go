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

// loginView is the log-in page.
type loginView struct {
	loginForm

	Account bool   // the house's own account can be used
	Closed  bool   // passwords are for administrators only
	Problem string // translation key of what went wrong at the provider
}

func (h *Handlers) loginView(c echo.Context, email string) (loginView, error) {
	closed, err := h.PasswordsClosed(c.Request().Context())
	return loginView{loginForm: loginForm{Email: email}, Account: h.Account != nil, Closed: closed}, err
}

// LogInForm asks for e-mail and password, or for the house's own account.
func (h *Handlers) LogInForm(c echo.Context) error {
	view, err := h.loginView(c, "")
	if err != nil {
		return err
	}
	return h.Render(c, "plain/login.html", h.Printer(c).T("login.title"), view)
}

// LogIn signs in and goes on to where the person wanted to be.
func (h *Handlers) LogIn(c echo.Context) error {
	var in loginForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	view, err := h.loginView(c, in.Email)
	if err != nil {
		return err
	}
	logIn := h.DB.LogIn
	if view.Closed {
		logIn = h.DB.LogInAdmin
	}
	u, err := logIn(c.Request().Context(), in.Email, in.Password, c.RealIP())
	if err != nil {
		return h.renderSlow(c, err, "password", "plain/login.html", h.Printer(c).T("login.title"), view)
	}
	to, err := h.firstPage(c, u)
	if err != nil {
		return err
	}
	if err := h.SignIn(c, u); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// firstPage is where somebody goes who has just signed in: back to what they wanted, and a leader's day begins with who waits.
func (h *Handlers) firstPage(c echo.Context, u models.User) (string, error) {
	to := h.Back(c)
	if to != "/" || !u.Is(models.RoleLeader) || u.Is(models.RoleHR) {
		return to, nil
	}
	waiting, err := h.DB.CountWaiting(c.Request().Context(), u)
	if waiting > 0 {
		to = "/leader/feedback"
	}
	return to, err
}

// LogOut ends this session, and the one at the house's provider where it was begun there.
func (h *Handlers) LogOut(c echo.Context) error {
	proof, byAccount := h.Proof(c)
	if err := h.SignOut(c); err != nil {
		return err
	}
	if byAccount && h.Account != nil {
		if to := h.Account.LogOut(proof); to != "" {
			// A form may lead to our own addresses only (form-action), redirects included: the page leads on.
			c.Response().Header().Set("Refresh", "0; url="+to)
			return h.Render(c, "plain/logged_out.html", h.Printer(c).T("logged_out.title"), struct{ To string }{to})
		}
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
