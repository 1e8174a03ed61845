package staff

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/internal/auth"
	"kollega/models"
)

// setupForm is what the first run asks for.
type setupForm struct {
	Code           string `form:"code"`
	Organisation   string `form:"organisation"`
	Language       string `form:"language"`
	PrivacyContact string `form:"privacy_contact"`
	Name           string `form:"name"`
	Email          string `form:"email"`
	Password       string `form:"password"`
	Min            int    `form:"-"` // characters of a password
}

// SetUpForm is the first page of all; once the house is there it is not found.
func (h *Handlers) SetUpForm(c echo.Context) error {
	if err := h.notSetUp(c); err != nil {
		return err
	}
	return h.Render(c, "plain/setup.html", h.Printer(c).T("setup.title"), setupForm{Language: h.Lang(c), Code: c.QueryParam("code"), Min: auth.MinPassword})
}

// SetUp makes the house and its administrator, and signs them in.
func (h *Handlers) SetUp(c echo.Context) error {
	if err := h.notSetUp(c); err != nil {
		return err
	}
	var in setupForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	u, err := h.setUp(c, in)
	if errors.Is(err, models.ErrConflict) { // somebody else was a moment earlier
		return models.ErrNotFound
	}
	if err != nil {
		in.Password, in.Min = "", auth.MinPassword
		return h.RenderInvalid(c, err, "plain/setup.html", h.Printer(c).T("setup.title"), in)
	}
	h.Directory.Sync(c.Request().Context())
	if err := h.SignIn(c, u); err != nil {
		return err
	}
	h.Flash(c, "success", h.Texts.For(in.Language).T("setup.done", "House", h.Organisation().Name))
	return c.Redirect(http.StatusSeeOther, "/settings/organisation")
}

func (h *Handlers) setUp(c echo.Context, in setupForm) (models.User, error) {
	if !h.EqualSetupCode(in.Code) {
		return models.User{}, models.Invalid("code", "setup.code_wrong")
	}
	return h.DB.SetUp(c.Request().Context(), models.FirstRun{
		Organisation: in.Organisation, Language: in.Language, PrivacyContact: in.PrivacyContact, Email: in.Email, Name: in.Name, Password: in.Password,
	})
}

func (h *Handlers) notSetUp(c echo.Context) error {
	needed, err := h.DB.NeedsSetUp(c.Request().Context())
	if err == nil && !needed {
		err = models.ErrNotFound
	}
	return err
}
