package hr

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
	"kollega/storage"
)

// organisationForm is what an administrator writes about the house.
type organisationForm struct {
	Name           string `form:"name"`
	Accent         string `form:"accent"`
	OwnAccent      bool   `form:"own_accent"` // otherwise Kollega's
	Language       string `form:"language"`
	PrivacyContact string `form:"privacy_contact"`
	EventMonths    int    `form:"event_months"`
	ConsentMonths  int    `form:"consent_months"`
}

// organisationView is the settings of the house.
type organisationView struct {
	organisationForm

	Clips    clipSettings
	First    string // hours, as written
	LogoURL  string
	Contrast contrastView
}

// contrastView tells how well white words can be read on a colour.
type contrastView struct {
	Accent string
	Ratio  float64
	Known  bool // it is a colour
	Enough bool
}

// kollegaAccent is the accent of a house that has chosen none.
const kollegaAccent = "#0f5f5a"

// OrganisationForm shows the settings of the house.
func (h *Handlers) OrganisationForm(c echo.Context) error {
	o, err := h.DB.Organisation(c.Request().Context())
	if err != nil {
		return err
	}
	return h.Render(c, "hr/organisation.html", h.Printer(c).T("organisation.title"), h.organisationView(formOf(o)))
}

// formOf is the house as its form shows it.
func formOf(o models.Organisation) organisationForm {
	form := organisationForm{
		Name: o.Name, Accent: o.Accent, OwnAccent: o.Accent != "", Language: o.Language, PrivacyContact: o.PrivacyContact,
		EventMonths: o.EventMonths, ConsentMonths: o.ConsentMonths,
	}
	if form.Accent == "" {
		form.Accent = kollegaAccent
	}
	return form
}

func (h *Handlers) organisationView(form organisationForm) organisationView {
	o := h.Organisation()
	return organisationView{organisationForm: form, Clips: clipSettings{o.ProposalDays, o.OriginalDays}, First: strconv.Itoa(o.FirstHours), LogoURL: h.LogoURL(), Contrast: contrast(form.Accent)}
}

// SaveOrganisation writes the settings of the house.
func (h *Handlers) SaveOrganisation(c echo.Context) error {
	var in organisationForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	o := models.Organisation{Name: in.Name, Language: in.Language, PrivacyContact: in.PrivacyContact, EventMonths: in.EventMonths, ConsentMonths: in.ConsentMonths}
	if in.OwnAccent {
		o.Accent = in.Accent
	}
	if err := h.DB.SaveOrganisation(c.Request().Context(), o); err != nil {
		return h.RenderInvalid(c, err, "hr/organisation.html", h.Printer(c).T("organisation.title"), h.organisationView(in))
	}
	return h.houseChanged(c, "organisation.saved")
}

// Contrast answers the part of the page that judges the colour, while it is chosen.
func (h *Handlers) Contrast(c echo.Context) error {
	var out bytes.Buffer
	if err := h.Views.Fragment(&out, h.Lang(c), "hr/organisation.html", "contrast", contrast(c.FormValue("accent"))); err != nil {
		return err
	}
	return c.HTMLBlob(http.StatusOK, out.Bytes())
}

func contrast(accent string) contrastView {
	err := models.CheckAccent(accent)
	view := contrastView{Accent: accent, Known: err == nil || err.Key == "error.contrast", Enough: err == nil}
	if view.Known {
		view.Ratio = models.Contrast(accent, "#ffffff")
	}
	return view
}

// SetLogo checks a picture, makes our own of it and shows that from now on.
func (h *Handlers) SetLogo(c echo.Context) error {
	ctx := c.Request().Context()
	o, err := h.DB.Organisation(ctx)
	if err != nil {
		return err
	}
	logo, err := uploadedLogo(c)
	if err != nil {
		return h.RenderInvalid(c, err, "hr/organisation.html", h.Printer(c).T("organisation.title"), h.organisationView(formOf(o)))
	}
	key := models.LogoKey(models.NewID())
	if err := h.Store.Put(ctx, key, bytes.NewReader(logo), storage.PutOptions{ContentType: "image/png"}); err != nil {
		return err
	}
	if err := h.DB.SetLogo(ctx, key); err != nil {
		return err
	}
	h.forgetLogo(c, o.LogoKey)
	return h.houseChanged(c, "organisation.logo_saved")
}

// RemoveLogo shows the name of the house instead of a logo.
func (h *Handlers) RemoveLogo(c echo.Context) error {
	ctx := c.Request().Context()
	o, err := h.DB.Organisation(ctx)
	if err != nil {
		return err
	}
	if err := h.DB.SetLogo(ctx, ""); err != nil {
		return err
	}
	h.forgetLogo(c, o.LogoKey)
	return h.houseChanged(c, "organisation.logo_removed")
}

// forgetLogo deletes a picture that is not shown any more; one that cannot be deleted now does no harm.
func (h *Handlers) forgetLogo(c echo.Context, key string) {
	if key == "" {
		return
	}
	if err := h.Store.Delete(c.Request().Context(), key); err != nil {
		h.Log.WarnContext(c.Request().Context(), "old logo not deleted", "key", key, "error", err.Error())
	}
}

func (h *Handlers) houseChanged(c echo.Context, key string) error {
	return h.Done(c, nil, key, "/settings/organisation")
}

func uploadedLogo(c echo.Context) ([]byte, error) {
	data, err := web.File(c, "logo", "error.required", maxUpload)
	if err != nil {
		return nil, err
	}
	return makeLogo(data)
}
