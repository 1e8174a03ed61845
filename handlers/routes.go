package handlers

import (
	"slices"

	"kollega/handlers/hr"
	"kollega/handlers/public"
	"kollega/handlers/staff"
	"kollega/handlers/web"
)

// Routes is the route table: every page, with who may ask for it. It is the security policy.
func Routes(app *web.App) []web.Route {
	return slices.Concat(publicRoutes(public.New(app)), staffRoutes(staff.New(app)), hrRoutes(hr.New(app)))
}

// publicRoutes are open to everybody.
func publicRoutes(h *public.Handlers) []web.Route {
	return []web.Route{}
}

// staffRoutes are for signing in and for everybody who works in the house.
func staffRoutes(h *staff.Handlers) []web.Route {
	return []web.Route{}
}

// hrRoutes are for HR and administrators.
func hrRoutes(h *hr.Handlers) []web.Route {
	return []web.Route{}
}
