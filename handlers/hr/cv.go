package hr

import (
	"cmp"
	"context"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/document"
	"kollega/models"
)

// cvLimit is how long a slow line may take for a CV.
const cvLimit = 5 * time.Minute

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
	cv := models.CV{Key: app.CVKey, Name: app.CVName, Type: app.CVType}
	if c.QueryParam("show") == "" || !showable(app) {
		return h.sendCV(c, cv, "attachment")
	}
	web.Framed(c)
	return h.sendCV(c, cv, "inline")
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

func (h *Handlers) sendCV(c echo.Context, cv models.CV, disposition string) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), cvLimit)
	defer cancel()
	file, err := h.Store.Get(ctx, cv.Key, "")
	if err != nil {
		return err
	}
	defer file.Body.Close()
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(cvLimit)) // not every writer has one
	head := c.Response().Header()
	head.Set(echo.HeaderContentDisposition, mime.FormatMediaType(disposition, map[string]string{"filename": cmp.Or(cv.Name, "cv")}))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set(echo.HeaderCacheControl, "no-store")
	head.Set(echo.HeaderContentLength, strconv.FormatInt(file.Length, 10))
	return c.Stream(http.StatusOK, cmp.Or(cv.Type, echo.MIMEOctetStream), file.Body)
}
