package handlers

import (
	"kollega/handlers/web"
)

// Routes is the route table: every page, with who may ask for it. It is the security policy.
func Routes(app *web.App) []web.Route {
	return []web.Route{}
}
