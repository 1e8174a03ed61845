package handlers

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"kollega/handlers/hr"
	"kollega/handlers/public"
	"kollega/handlers/scim"
	"kollega/handlers/staff"
	"kollega/handlers/web"
)

// Routes is the route table: every page, with who may ask for it. It is the security policy.
func Routes(app *web.App) []web.Route {
	return slices.Concat(publicRoutes(public.New(app)), staffRoutes(staff.New(app)), hrRoutes(hr.New(app)), directoryRoutes(scim.New(app)))
}

func get(path string, role web.Role, h echo.HandlerFunc) web.Route {
	return web.Route{Method: http.MethodGet, Path: path, Role: role, Handler: h}
}

// head answers programs that only ask whether there is a page; strangers do.
func head(path string, h echo.HandlerFunc) web.Route {
	return web.Route{Method: http.MethodHead, Path: path, Role: web.Public, Handler: h}
}

func post(path string, role web.Role, h echo.HandlerFunc) web.Route {
	return web.Route{Method: http.MethodPost, Path: path, Role: role, Handler: h}
}

// publicRoutes are open to everybody.
func publicRoutes(h *public.Handlers) []web.Route {
	return []web.Route{
		get("/media/:clip/:version/:name", web.Public, h.Media).Long(),
		head("/media/:clip/:version/:name", h.Media),
		get("/media/:clip/captions/:file", web.Public, h.Captions).Long(),
		head("/media/:clip/captions/:file", h.Captions),
		get("/cuts/:token", web.Public, h.Cut).Long(),
		head("/cuts/:token", h.Cut),
		get("/theme.css", web.Public, h.Theme),
		get("/logo/:id", web.Public, h.Logo),
		get("/s/:code", web.Public, h.Share).InFront(h.ShareInFront),
		head("/s/:code", h.Share),
		post("/s/:code/apply", web.Public, h.ApplyByCode).UpTo("64M"),
		get("/s/:code/apply", web.Public, h.BackToPage),
		post("/s/:code/remind", web.Public, h.RemindByCode),
		get("/s/:code/remind", web.Public, h.BackFromRemind),
		get("/jobs", web.Public, h.Jobs),
		head("/jobs", h.Jobs),
		get("/jobs/:slug", web.Public, h.Job),
		head("/jobs/:slug", h.Job),
		post("/jobs/:slug/apply", web.Public, h.ApplyBySlug).UpTo("64M"),
		get("/jobs/:slug/apply", web.Public, h.BackToPage),
		post("/jobs/:slug/remind", web.Public, h.RemindBySlug),
		get("/jobs/:slug/remind", web.Public, h.BackFromRemind),
		get("/jobs/:slug/thanks", web.Public, h.Thanks),
		get("/c", web.Public, h.CandidateLinkForm),
		post("/c", web.Public, h.CandidateLink),
		get("/c/:token", web.Public, h.Candidate),
		get("/c/:token/data.json", web.Public, h.CandidateData),
		get("/c/:token/data.zip", web.Public, h.CandidateZIP).Long(),
		get("/c/:token/applications/:id/cv", web.Public, h.CandidateCV).Long(),
		post("/c/:token/applications/:id", web.Public, h.SaveWords).UpTo("64M"),
		get("/c/:token/applications/:id", web.Public, h.BackToCandidate),
		post("/c/:token/applications/:id/colleague", web.Public, h.SaveLearns),
		get("/c/:token/applications/:id/colleague", web.Public, h.BackToCandidate),
		post("/c/:token/details", web.Public, h.SaveDetails),
		get("/c/:token/details", web.Public, h.BackToCandidate),
		post("/c/:token/pool", web.Public, h.SavePool),
		get("/c/:token/pool", web.Public, h.BackToCandidate),
		post("/c/:token/links", web.Public, h.EndLinks),
		get("/c/:token/withdraw", web.Public, h.WithdrawForm),
		post("/c/:token/withdraw", web.Public, h.Withdraw),
		post("/c/:token/resume", web.Public, h.Resume),
		get("/c/:token/resume", web.Public, h.BackToCandidate),
		get("/c/:token/erase", web.Public, h.EraseForm),
		post("/c/:token/erase", web.Public, h.Erase),
		post("/e", web.Public, h.Report),
		get("/consent/:token", web.Public, h.Consent),
		post("/consent/:token", web.Public, h.AnswerConsent),
		get("/consent/:token/withdraw", web.Public, h.AskWithdrawal),
		post("/consent/:token/withdraw", web.Public, h.WithdrawConsent),
		get("/consent/:token/media/:name", web.Public, h.ConsentMedia).Long(),
		get("/consent/:token/captions/:file", web.Public, h.ConsentCaptions),
		get("/answer/:token", web.Public, h.Answer),
		post("/answer/:token", web.Public, h.GiveAnswer),
		get("/stays/:token", web.Public, h.Stay),
		post("/stays/:token", web.Public, h.AnswerStay),
		get("/notices/stop/:token", web.Public, h.NoticeStop),
		post("/notices/stop/:token", web.Public, h.StopNotices),
		get("/kiosk/:token", web.Public, h.Kiosk),
		get("/kiosk/:token/jobs/:slug", web.Public, h.KioskJob),
		post("/kiosk/:token/jobs/:slug", web.Public, h.KioskShare),
		get("/invited/:token", web.Public, h.Invited),
		post("/invited/:token/accept", web.Public, h.AcceptInvitation),
		get("/invited/:token/accept", web.Public, h.BackToInvitation),
		post("/invited/:token/decline", web.Public, h.DeclineInvitation),
		get("/invited/:token/decline", web.Public, h.BackToInvitation),
		get("/privacy", web.Public, h.Privacy),
		get("/robots.txt", web.Public, h.Robots),
		get("/sitemap.xml", web.Public, h.Sitemap),
	}
}

// directoryRoutes are for the house's directory, by its token: SCIM 2.0.
func directoryRoutes(h *scim.Handlers) []web.Route {
	ask := func(method, path string) web.Route {
		return web.Route{Method: method, Path: scim.Prefix + path, Role: web.Directory, Handler: h.Serve}
	}
	return []web.Route{
		ask(http.MethodGet, "/ServiceProviderConfig"),
		ask(http.MethodGet, "/ResourceTypes"),
		ask(http.MethodGet, "/ResourceTypes/:name"),
		ask(http.MethodGet, "/Schemas"),
		ask(http.MethodGet, "/Schemas/:name"),
		ask(http.MethodGet, "/Users"),
		ask(http.MethodPost, "/Users"),
		ask(http.MethodGet, "/Users/:id"),
		ask(http.MethodPut, "/Users/:id"),
		ask(http.MethodPatch, "/Users/:id"),
		ask(http.MethodDelete, "/Users/:id"),
		ask(http.MethodGet, "/Groups"),
		ask(http.MethodPost, "/Groups").UpTo("4M"),
		ask(http.MethodGet, "/Groups/:id"),
		ask(http.MethodPut, "/Groups/:id").UpTo("4M"),
		ask(http.MethodPatch, "/Groups/:id").UpTo("4M"),
		ask(http.MethodDelete, "/Groups/:id"),
	}
}
