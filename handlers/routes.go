package handlers

import (
	"net/http"
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
	return []web.Route{
		{Method: http.MethodGet, Path: "/", Role: web.Employee, Handler: h.Home},
		{Method: http.MethodGet, Path: "/share/:job", Role: web.Employee, Handler: h.Share},
		{Method: http.MethodPost, Path: "/share/:job/:channel", Role: web.Employee, Handler: h.MakeLink},
		{Method: http.MethodGet, Path: "/links", Role: web.Employee, Handler: h.Links},
		{Method: http.MethodPost, Path: "/links/:id/switch", Role: web.Employee, Handler: h.SwitchLink},
		{Method: http.MethodGet, Path: "/links/:id/qr.svg", Role: web.Employee, Handler: h.QRSVG},
		{Method: http.MethodGet, Path: "/links/:id/qr.png", Role: web.Employee, Handler: h.QRPNG},
		{Method: http.MethodGet, Path: "/links/:id/poster", Role: web.Employee, Handler: h.Poster},
	}
}

// hrRoutes are for HR and administrators.
func hrRoutes(h *hr.Handlers) []web.Route {
	return []web.Route{}
}
