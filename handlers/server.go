// Package handlers is Kollega over HTTP.
package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kollega/handlers/api"
	"kollega/handlers/views"
	"kollega/handlers/web"
	"kollega/models"
)

// New is the whole of Kollega's pages and API on app; requests are measured into reg.
func New(app *web.App, reg *prometheus.Registry) (http.Handler, error) {
	e, err := Mounted(app, reg)
	if err != nil {
		return nil, err
	}
	return app.Handler(e), nil
}

// Mounted is the router with every page, every call of the API and what operators ask.
func Mounted(app *web.App, reg *prometheus.Registry) (*echo.Echo, error) {
	v, err := views.New(app.Texts, models.Languages, app.Now)
	if err != nil {
		return nil, err
	}
	app.Views = v
	e := app.Echo(reg)
	app.Mount(e, Routes(app))
	if err := api.New(app).Mount(e); err != nil {
		return nil, err
	}
	app.MountOperations(e, promhttp.HandlerFor(reg, promhttp.HandlerOpts{DisableCompression: true})) // all answers are packed already
	return e, nil
}
