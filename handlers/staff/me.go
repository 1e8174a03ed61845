package staff

import (
	"errors"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/auth"
	"kollega/models"
)

// meForm is what a person may change about themselves.
type meForm struct {
	Name     string `form:"name"`
	Language string `form:"language"`
	Theme    string `form:"theme"`
	ShowName bool   `form:"show_name"`

	ShowResults bool `form:"show_results"`
}

// meView is one's own settings.
type meView struct {
	meForm

	User      models.User
	Tokens    []models.APIToken
	TokenName string           // as written, where it was refused
	Secret    string           // of a token that was just made: shown this once
	Min       int              // characters of a password
	Card      *models.KeyCard  // that one signs in with, nil without one
	Digits    int              // of a PIN
	Clips     []models.Consent // that one is listed in
}

// Settings leads to one's own settings.
func (h *Handlers) Settings(c echo.Context) error {
	return c.Redirect(http.StatusSeeOther, "/settings/me")
}

// Me shows one's own settings.
func (h *Handlers) Me(c echo.Context) error {
	view, err := h.meView(c)
	if err != nil {
		return err
	}
	return h.Render(c, "staff/me.html", h.Printer(c).T("me.title"), view)
}

func (h *Handlers) meView(c echo.Context) (meView, error) {
	u := *web.User(c)
	tokens, err := h.DB.APITokens(c.Request().Context(), u.ID)
	if err != nil {
		return meView{}, err
	}
	card, err := h.ownCard(c, u.ID)
	if err != nil {
		return meView{}, err
	}
	clips, err := h.DB.ConsentsOf(c.Request().Context(), u.ID)
	form := meForm{Name: u.Name, Language: u.Language, Theme: u.Theme, ShowName: u.ShowName, ShowResults: u.ShowResults}
	return meView{meForm: form, User: u, Tokens: tokens, Min: auth.MinPassword, Clips: clips, Card: card, Digits: auth.PINLength}, err
}

// ownCard is the card that the person signs in with, nil without one.
func (h *Handlers) ownCard(c echo.Context, id uuid.UUID) (*models.KeyCard, error) {
	card, err := h.DB.CardOf(c.Request().Context(), id)
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil //nolint:nilnil // most people have none
	}
	return &card, err
}

// meInvalid shows the settings again with what was refused.
func (h *Handlers) meInvalid(c echo.Context, refused error, field string, change func(*meView)) error {
	view, err := h.meView(c)
	if err != nil {
		return err
	}
	change(&view)
	return h.renderSlow(c, refused, field, "staff/me.html", h.Printer(c).T("me.title"), view)
}

// SaveMe writes one's own settings.
func (h *Handlers) SaveMe(c echo.Context) error {
	var in meForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	err := h.DB.SaveMe(c.Request().Context(), web.User(c).ID, models.Me(in))
	if err != nil {
		return h.meInvalid(c, err, "name", func(v *meView) { v.meForm = in })
	}
	p := h.Printer(c)
	if in.Language != "" {
		p = h.Texts.For(in.Language)
	}
	h.Flash(c, "success", p.T("me.saved"))
	return c.Redirect(http.StatusSeeOther, "/settings/me")
}

// ChangePassword replaces the password and ends all other sessions.
func (h *Handlers) ChangePassword(c echo.Context) error {
	var in struct {
		Old string `form:"old"`
		New string `form:"password"`
	}
	if err := c.Bind(&in); err != nil {
		return err
	}
	u, err := h.DB.ChangePassword(c.Request().Context(), web.User(c).ID, in.Old, in.New, c.RealIP())
	if err != nil {
		return h.meInvalid(c, err, "old", func(*meView) {})
	}
	return h.signedInAgain(c, u, "me.password_saved")
}

// SetPostsGo says what becomes of what the person wrote in groups when they leave.
func (h *Handlers) SetPostsGo(c echo.Context) error {
	if err := h.DB.SetPostsGo(c.Request().Context(), web.User(c).ID, c.FormValue("posts") == "go"); err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T("me.saved"))
	return c.Redirect(http.StatusSeeOther, "/settings/me")
}

// SignOutEverywhere ends all other sessions.
func (h *Handlers) SignOutEverywhere(c echo.Context) error {
	u, err := h.DB.SignOutEverywhere(c.Request().Context(), web.User(c).ID)
	if err != nil {
		return err
	}
	return h.signedInAgain(c, u, "me.signed_out_everywhere")
}

// signedInAgain keeps this one session after all were ended.
func (h *Handlers) signedInAgain(c echo.Context, u models.User, key string) error {
	if err := h.SignIn(c, u); err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T(key))
	return c.Redirect(http.StatusSeeOther, "/settings/me")
}

// AddToken makes an API token and shows it, this once; asking for the page again does not.
func (h *Handlers) AddToken(c echo.Context) error {
	var in struct {
		Name string `form:"token_name"`
	}
	if err := c.Bind(&in); err != nil {
		return err
	}
	_, secret, err := h.DB.CreateAPIToken(c.Request().Context(), web.User(c).ID, in.Name)
	if bad, ok := web.Refused(err); ok {
		for _, e := range bad { // the page has another field called name
			e.Field = "token_name"
		}
		return h.meInvalid(c, bad, "token_name", func(v *meView) { v.TokenName = in.Name })
	}
	if err != nil {
		return err
	}
	view, err := h.meView(c)
	if err != nil {
		return err
	}
	view.Secret = secret
	return h.Render(c, "staff/me.html", h.Printer(c).T("me.title"), view)
}

// RevokeToken ends one of one's own API tokens.
func (h *Handlers) RevokeToken(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := h.DB.RevokeAPIToken(c.Request().Context(), web.User(c).ID, id); err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T("me.token_revoked"))
	return c.Redirect(http.StatusSeeOther, "/settings/me")
}

// SetTheme remembers how the person wants the pages shown.
func (h *Handlers) SetTheme(c echo.Context) error {
	theme := c.FormValue("theme")
	if theme == "auto" {
		theme = ""
	}
	if err := h.DB.SetTheme(c.Request().Context(), web.User(c).ID, theme); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/settings/me")
}

// SetLanguage remembers which language the person reads.
func (h *Handlers) SetLanguage(c echo.Context) error {
	u := web.User(c)
	in := models.Me{Name: u.Name, Language: c.FormValue("lang"), Theme: u.Theme, ShowName: u.ShowName, ShowResults: u.ShowResults}
	if err := h.DB.SaveMe(c.Request().Context(), u.ID, in); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/settings/me")
}
