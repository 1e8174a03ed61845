package hr

import (
	"cmp"
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/document"
	"kollega/models"
)

// showable tells whether a browser can show the CV of an application without opening it as anything that runs.
func showable(app models.Application) bool { return app.CVKey != "" && app.CVType == document.PDF.Type }

type cvBody struct {
	models.Application
	At string
}

// ShowCV is a page of ours around a CV, which stands in a frame that may do nothing.
func (h *Handlers) ShowCV(c echo.Context) error {
	app, err := h.withCV(c)
	if err != nil {
		return err
	}
	at := base(c) + "/" + app.ID.String()
	if !showable(app) {
		return c.Redirect(http.StatusSeeOther, at+"/cv")
	}
	web.Framing(c)
	return h.Render(c, "hr/cv.html", h.Printer(c).T("cv.title", "Name", app.Candidate.Name), cvBody{app, at})
}

// CV hands out the candidate's file: to be kept, or where it is asked for and harmless, into the frame of its page.
func (h *Handlers) CV(c echo.Context) error {
	app, err := h.withCV(c)
	if err != nil {
		return err
	}
	file := web.Stored{Key: app.CVKey, Name: cmp.Or(app.CVName, "cv"), Type: app.CVType, Show: c.QueryParam("show") != "" && showable(app)}
	if file.Show {
		web.Framed(c)
	}
	return h.SendFile(c, file)
}

// withCV is an application that whoever asks may see, and that has a file.
func (h *Handlers) withCV(c echo.Context) (models.Application, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return models.Application{}, err
	}
	app, err := h.DB.Application(c.Request().Context(), *web.User(c), id)
	if err == nil && app.CVKey == "" {
		err = models.ErrNotFound
	}
	if err == nil {
		err = h.Saw(c, models.OfCV, id)
	}
	return app, err
}
