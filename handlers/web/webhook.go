package web

import (
	"github.com/labstack/echo/v4"

	"kollega/models"
)

// Choice is one line of a list to choose from.
type Choice struct{ Value, Label string }

// WebhookKinds are the services that a webhook may lead to.
func (a *App) WebhookKinds(c echo.Context) []Choice {
	var kinds []Choice
	for _, kind := range models.WebhookKinds {
		kinds = append(kinds, Choice{kind, a.Printer(c).T("webhooks.kind." + kind)})
	}
	return kinds
}
