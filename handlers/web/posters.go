package web

import (
	"encoding/base64"
	"html/template"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/internal/qr"
	"kollega/models"
)

// PosterSheet is a poster for one job with one person's code.
type PosterSheet struct {
	models.Link

	URL string
	QR  template.URL
}

// PosterSheets are the posters of those people for the jobs that are open.
func (a *App) PosterSheets(c echo.Context, people []uuid.UUID) ([]PosterSheet, error) {
	links, err := a.DB.Posters(c.Request().Context(), people)
	if err != nil {
		return nil, err
	}
	sheets := make([]PosterSheet, len(links))
	for i, l := range links {
		sheets[i] = PosterSheet{Link: l, URL: a.URL(l.Path())}
		if sheets[i].QR, err = Drawing(sheets[i].URL); err != nil {
			return nil, err
		}
	}
	return sheets, nil
}

// Drawing is a QR code of a text as a picture that is part of the page.
func Drawing(text string) (template.URL, error) {
	code, err := qr.New(text)
	if err != nil {
		return "", err
	}
	return template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(code.SVG())), nil //nolint:gosec // drawn here
}
