package web

import (
	"context"
	"errors"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/models"
)

// houseFresh is how long the organisation's row is used before it is read again.
const houseFresh = 3 * time.Second

// Organisation is the house as last read; its Name is empty before the set-up.
func (a *App) Organisation() models.Organisation { return a.house.get() }

// RefreshHouse reads the organisation's row now; with Postgres away the last one stays.
func (a *App) RefreshHouse(ctx context.Context) error {
	o, err := a.DB.Organisation(ctx)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	a.house.mu.Lock()
	defer a.house.mu.Unlock()
	a.house.org, a.house.at = o, a.Now()
	return nil
}

// withHouse reads the organisation's row when it is old; its absence never fails a request.
func (a *App) withHouse(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		a.house.mu.Lock()
		old := a.Now().Sub(a.house.at) > houseFresh
		if old { // one reads, the others go on with what is there
			a.house.at = a.Now()
		}
		a.house.mu.Unlock()
		if old {
			if err := a.RefreshHouse(c.Request().Context()); err != nil {
				a.Log.WarnContext(c.Request().Context(), "organisation not read", "error", err.Error())
			}
		}
		return next(c)
	}
}
