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
	return []web.Route{
		{http.MethodGet, "/media/:clip/:version/:name", web.Public, h.Media, ""},
		{http.MethodHead, "/media/:clip/:version/:name", web.Public, h.Media, ""},
		{http.MethodGet, "/media/:clip/captions/:file", web.Public, h.Captions, ""},
		{http.MethodHead, "/media/:clip/captions/:file", web.Public, h.Captions, ""},
	}
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
	return []web.Route{
		{http.MethodGet, "/hr", web.HR, h.Home, ""},
		{http.MethodGet, "/hr/jobs", web.HR, h.Jobs, ""},
		{http.MethodPost, "/hr/jobs", web.HR, h.CreateJob, ""},
		{http.MethodGet, "/hr/jobs/new", web.HR, h.NewJob, ""},
		{http.MethodPost, "/hr/jobs/preview", web.HR, h.PreviewJob, ""},
		{http.MethodGet, "/hr/jobs/:id", web.HR, h.Job, ""},
		{http.MethodPost, "/hr/jobs/:id", web.HR, h.UpdateJob, ""},
		{http.MethodGet, "/hr/jobs/:id/edit", web.HR, h.EditJob, ""},
		{http.MethodPost, "/hr/jobs/:id/status", web.HR, h.SetJobStatus, ""},
		{http.MethodGet, "/hr/jobs/:id/clips/new", web.HR, h.NewClip, ""},
		{http.MethodPost, "/hr/jobs/:id/clips", web.HR, h.BeginUpload, ""},
		{http.MethodGet, "/hr/clips/:id", web.HR, h.Clip, ""},
		{http.MethodPost, "/hr/clips/:id", web.HR, h.UpdateClip, ""},
		{http.MethodGet, "/hr/clips/:id/status", web.HR, h.ClipStatus, ""},
		{http.MethodGet, "/hr/clips/:id/upload", web.HR, h.ResumeUpload, ""},
		{http.MethodPost, "/hr/clips/:id/complete", web.HR, h.CompleteUpload, ""},
		{http.MethodPost, "/hr/clips/:id/cancel", web.HR, h.CancelUpload, ""},
		{http.MethodPost, "/hr/clips/:id/publish", web.HR, h.PublishClip, ""},
		{http.MethodPost, "/hr/clips/:id/unpublish", web.HR, h.UnpublishClip, ""},
		{http.MethodPost, "/hr/clips/:id/retry", web.HR, h.RetryClip, ""},
		{http.MethodPost, "/hr/clips/:id/move", web.HR, h.MoveClip, ""},
		{http.MethodPost, "/hr/clips/:id/delete", web.HR, h.DeleteClip, ""},
		{http.MethodPost, "/hr/clips/:id/captions", web.HR, h.AddCaption, ""},
		{http.MethodGet, "/hr/clips/:id/captions/:lang", web.HR, h.Caption, ""},
		{http.MethodPost, "/hr/clips/:id/captions/:lang/delete", web.HR, h.DeleteCaption, ""},
	}
}
