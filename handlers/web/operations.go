package web

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// Check asks an engine for a sign of life.
type Check func(context.Context) error

// MountOperations adds what operators and their machines ask: process, engines, figures.
func (a *App) MountOperations(e *echo.Echo, metrics http.Handler) {
	e.GET("/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", a.ready)
	e.GET("/metrics", echo.WrapHandler(metrics))
}

// ready names each engine and whether it answers: 200 when all do, 503 otherwise.
func (a *App) ready(c echo.Context) error {
	ctx, stop := context.WithTimeout(c.Request().Context(), 3*time.Second)
	defer stop()
	answer := struct {
		Status  string            `json:"status"`
		Engines map[string]string `json:"engines"`
	}{"ready", map[string]string{}}
	var mu sync.Mutex
	var all sync.WaitGroup
	for name, check := range a.Checks {
		all.Go(func() {
			word := "ok"
			if err := check(ctx); err != nil {
				word = "away"
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
