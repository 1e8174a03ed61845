package web

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/models"
)

// Check asks an engine for a sign of life.
type Check func(context.Context) error

// MountOperations adds what operators and their machines ask: process, engines, figures.
func (a *App) MountOperations(e *echo.Echo, metrics http.Handler) {
	e.GET("/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", a.ready)
	e.GET("/metrics", echo.WrapHandler(metrics))
}

// awayWord says in short what is the matter with an engine.
func awayWord(err error) string {
	switch {
	case errors.Is(err, models.ErrSchemaOld):
		return "schema too old: run kollega migrate"
	case errors.Is(err, models.ErrSchemaNew):
		return "schema too new: use the newer Kollega"
	}
	return "away"
}

// ready names each engine and whether it answers: 200 when all do, 503 otherwise.
func (a *App) ready(c echo.Context) error {
	ctx, stop := context.WithTimeout(c.Request().Context(), 3*time.Second)
	defer stop()
	answer := struct {
		Status  string            `json:"status"`
		Engines map[string]string `json:"engines"`
		Waiting int               `json:"applications_waiting"` // on this machine's disk
	}{"ready", map[string]string{}, a.Inbox.Stats().Waiting}
	var mu sync.Mutex
	var all sync.WaitGroup
	for name, check := range a.Checks {
		all.Go(func() {
			word := "ok"
			if err := check(ctx); err != nil {
				word = awayWord(err)
				a.Log.WarnContext(ctx, "engine away", "engine", name, "error", err.Error())
			}
			mu.Lock()
			defer mu.Unlock()
			answer.Engines[name] = word
			if word != "ok" {
				answer.Status = "not ready"
			}
		})
	}
	all.Wait()
	code := http.StatusOK
	if answer.Status != "ready" {
		code = http.StatusServiceUnavailable
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(code, answer)
}
