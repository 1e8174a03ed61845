package hr

import (
	"errors"
	"html/template"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// kiosksView is the screens in break rooms.
type kiosksView struct {
	Name   string // as written, where it was refused
	Kiosks []models.Kiosk

	Made    string // the name of one that was just made
	Address string // of it: shown this once
	QR      template.URL
}

// Kiosks lists the screens.
func (h *Handlers) Kiosks(c echo.Context) error { return h.showKiosks(c, kiosksView{}) }

func (h *Handlers) showKiosks(c echo.Context, view kiosksView) (err error) {
	if view.Kiosks, err = h.DB.Kiosks(c.Request().Context()); err != nil {
		return err
	}
	return h.Render(c, "hr/kiosks.html", h.Printer(c).T("kiosks.title"), view)
}

// AddKiosk makes a screen's address and shows it, this once.
func (h *Handlers) AddKiosk(c echo.Context) error {
	ctx := c.Request().Context()
	k, token, err := h.DB.AddKiosk(ctx, *web.User(c), c.FormValue("name"))
	if _, bad := web.Refused(err); bad {
		view := kiosksView{Name: c.FormValue("name")}
		var lerr error
		view.Kiosks, lerr = h.DB.Kiosks(ctx)
		return errors.Join(lerr, h.RenderInvalid(c, err, "hr/kiosks.html", h.Printer(c).T("kiosks.title"), view))
	}
	if err != nil {
		return err
	}
	view := kiosksView{Made: k.Name, Address: h.URL("/kiosk/" + token)}
	if view.QR, err = web.Drawing(view.Address); err != nil {
		return err
	}
	return h.showKiosks(c, view)
}

// RevokeKiosk ends a screen's address.
func (h *Handlers) RevokeKiosk(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return h.Done(c, h.DB.RevokeKiosk(c.Request().Context(), *web.User(c), id), "kiosks.revoked", "/hr/kiosks")
}
