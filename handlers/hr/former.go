package hr

import (
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// former takes the name off colleagues who have left, on pages of whoever is not HR: HR answers for credits, rewards and clips that are shown.
func (h *Handlers) former(c echo.Context, people ...*models.User) {
	if web.User(c).Is(models.RoleHR) {
		return
	}
	for _, u := range people {
		if u != nil && !u.Active() {
			u.Name = h.Printer(c).T("former")
		}
	}
}

// formerCredits does so for those who are credited with applications.
func (h *Handlers) formerCredits(c echo.Context, apps ...models.Application) {
	for _, a := range apps {
		for _, cr := range a.Credits {
			h.former(c, cr.User)
		}
	}
}
