package staff

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/internal/account"
	"kollega/models"
)

// BeginAccount leads to the house's provider.
func (h *Handlers) BeginAccount(c echo.Context) error {
	if h.Account == nil {
		return c.Redirect(http.StatusSeeOther, "/login")
	}
	to, attempt, err := h.Account.Begin(c.Request().Context())
	if err != nil {
		return h.accountRefused(c, err)
	}
	if err := h.KeepAttempt(c, attempt); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// accountInput is what the provider sends people back with.
type accountInput struct {
	State  string `query:"state"`
	Code   string `query:"code"`
	Error  string `query:"error"`
	Issuer string `query:"iss"` // RFC 9207
}

// FinishAccount signs in whoever comes back from the provider.
func (h *Handlers) FinishAccount(c echo.Context) error {
	if h.Account == nil {
		return c.Redirect(http.StatusSeeOther, "/login")
	}
	var in accountInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	attempt, ours, err := h.TakeAttempt(c, in.State)
	switch {
	case err != nil:
		return err
	case !ours:
		return h.loginPage(c, http.StatusBadRequest, "login.account.stale")
	case in.Error == "access_denied":
		return h.loginPage(c, http.StatusBadRequest, "login.account.cancelled")
	case in.Error != "" || in.Code == "" || in.Issuer != "" && in.Issuer != h.Account.Config().Issuer:
		h.Log.WarnContext(c.Request().Context(), "log-in with the house's account refused", "error", in.Error, "other_issuer", in.Issuer)
		return h.loginPage(c, http.StatusBadRequest, "login.account.refused")
	}
	u, proof, err := h.accountUser(c, attempt, in.Code)
	if err != nil {
		return h.accountRefused(c, err)
	}
	to, err := h.firstPage(c, u)
	if err != nil {
		return err
	}
	if err := h.SignIn(c, u); err != nil {
		return err
	}
	h.KeepProof(c, proof)
	return c.Redirect(http.StatusSeeOther, to)
}

// accountUser is whose account it is.
func (h *Handlers) accountUser(c echo.Context, attempt account.Attempt, code string) (u models.User, proof string, err error) {
	ctx := c.Request().Context()
	settings, err := h.DB.IdentitySettings(ctx)
	if err != nil {
		return u, "", err
	}
	lines, err := h.DB.IdentityGroups(ctx)
	if err != nil {
		return u, "", err
	}
	needed := []string{"email"}
	if len(lines) > 0 {
		needed = append(needed, settings.GroupsClaim)
	}
	a, err := h.Account.Finish(ctx, attempt, code, needed...)
	if err != nil {
		return u, "", err
	}
	groups, told := a.Groups(settings.GroupsClaim)
	u, err = h.DB.LogInBy(ctx, models.Account{
		Issuer: a.Issuer, Subject: a.Subject, Email: a.Email, Verified: a.Verified, Name: a.Name, Language: models.SpokenLanguage(a.Language),
		Groups: groups, Told: told, TooMany: a.TooMany(settings.GroupsClaim),
	})
	return u, a.Proof, err
}

// accountRefused says in words why nobody was let in; what is not about that is passed on.
func (h *Handlers) accountRefused(c echo.Context, err error) error {
	var why *models.ConflictError
	switch {
	case errors.As(err, &why):
		h.Log.InfoContext(c.Request().Context(), "log-in with the house's account refused", "why", why.Key)
		return h.loginPage(c, http.StatusForbidden, why.Key)
	case errors.Is(err, account.ErrAway):
		h.Log.WarnContext(c.Request().Context(), "the house's provider does not answer", "error", err.Error())
		return h.loginPage(c, http.StatusServiceUnavailable, "login.account.away")
	case errors.Is(err, account.ErrRefused):
		h.Log.WarnContext(c.Request().Context(), "log-in with the house's account refused", "error", err.Error())
		return h.loginPage(c, http.StatusBadRequest, "login.account.refused")
	}
	return err
}

// loginPage shows the log-in with what went wrong at the provider.
func (h *Handlers) loginPage(c echo.Context, status int, problem string) error {
	view, err := h.loginView(c, "")
	if err != nil {
		return err
	}
	view.Problem = problem
	if status == http.StatusServiceUnavailable {
		c.Response().Header().Set("Retry-After", "10")
	}
	return h.RenderPage(c, status, "plain/login.html", h.Page(c, h.Printer(c).T("login.title"), view))
}
