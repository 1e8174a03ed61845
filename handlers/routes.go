package handlers

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"kollega/handlers/hr"
	"kollega/handlers/public"
	"kollega/handlers/staff"
	"kollega/handlers/web"
)

// Routes is the route table: every page, with who may ask for it. It is the security policy.
func Routes(app *web.App) []web.Route {
	return slices.Concat(publicRoutes(public.New(app)), staffRoutes(staff.New(app)), hrRoutes(hr.New(app)))
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
		get("/media/:clip/:version/:name", web.Public, h.Media),
		head("/media/:clip/:version/:name", h.Media),
		get("/media/:clip/captions/:file", web.Public, h.Captions),
		head("/media/:clip/captions/:file", h.Captions),
		get("/cuts/:token", web.Public, h.Cut),
		head("/cuts/:token", h.Cut),
		get("/theme.css", web.Public, h.Theme),
		get("/logo/:id", web.Public, h.Logo),
		get("/s/:code", web.Public, h.Share).InFront(h.ShareInFront),
		head("/s/:code", h.Share),
		post("/s/:code/apply", web.Public, h.ApplyByCode).UpTo("64M"),
		get("/s/:code/apply", web.Public, h.BackToPage),
		get("/jobs", web.Public, h.Jobs),
		head("/jobs", h.Jobs),
		get("/jobs/:slug", web.Public, h.Job),
		head("/jobs/:slug", h.Job),
		post("/jobs/:slug/apply", web.Public, h.ApplyBySlug).UpTo("64M"),
		get("/jobs/:slug/apply", web.Public, h.BackToPage),
		get("/jobs/:slug/thanks", web.Public, h.Thanks),
		post("/e", web.Public, h.Report),
		get("/consent/:token", web.Public, h.Consent),
		post("/consent/:token", web.Public, h.AnswerConsent),
		get("/consent/:token/withdraw", web.Public, h.AskWithdrawal),
		post("/consent/:token/withdraw", web.Public, h.WithdrawConsent),
		get("/consent/:token/media/:name", web.Public, h.ConsentMedia),
		get("/consent/:token/captions/:file", web.Public, h.ConsentCaptions),
		get("/privacy", web.Public, h.Privacy),
		get("/robots.txt", web.Public, h.Robots),
		get("/sitemap.xml", web.Public, h.Sitemap),
	}
}

// staffRoutes are for signing in and for everybody who works in the house.
func staffRoutes(h *staff.Handlers) []web.Route {
	return []web.Route{
		get("/setup", web.Guest, h.SetUpForm),
		post("/setup", web.Guest, h.SetUp),
		get("/login", web.Guest, h.LogInForm),
		post("/login", web.Guest, h.LogIn),
		post("/logout", web.Anyone, h.LogOut),
		get("/forgot", web.Anyone, h.ForgotForm),
		post("/forgot", web.Anyone, h.Forgot),
		get("/reset/:token", web.Anyone, h.ResetForm),
		post("/reset/:token", web.Anyone, h.Reset),
		get("/invite/:token", web.Anyone, h.InviteForm),
		post("/invite/:token", web.Anyone, h.Invite),
		get("/settings", web.Employee, h.Settings),
		get("/settings/me", web.Employee, h.Me),
		post("/settings/me", web.Employee, h.SaveMe),
		post("/settings/me/password", web.Employee, h.ChangePassword),
		post("/settings/me/sessions", web.Employee, h.SignOutEverywhere),
		post("/settings/me/tokens", web.Employee, h.AddToken),
		post("/settings/me/tokens/:id/revoke", web.Employee, h.RevokeToken),
		post("/settings/clips/:id", web.Employee, h.OpenConsent),
		post("/settings/theme", web.Employee, h.SetTheme),
		post("/settings/language", web.Employee, h.SetLanguage),
		get("/", web.Employee, h.Home),
		get("/share/:job", web.Employee, h.Share),
		post("/share/:job/:channel", web.Employee, h.MakeLink),
		get("/clips", web.Employee, h.MyClips),
		post("/clips", web.Employee, h.BeginUpload),
		get("/clips/new", web.Employee, h.NewClip),
		get("/clips/:id", web.Employee, h.MyClip),
		get("/clips/:id/status", web.Employee, h.ClipStatus),
		get("/clips/:id/upload", web.Employee, h.ResumeUpload),
		post("/clips/:id/complete", web.Employee, h.CompleteUpload),
		post("/clips/:id/cancel", web.Employee, h.CancelUpload),
		post("/clips/:id/name", web.Employee, h.ShowMyName),
		post("/clips/:id/withdraw", web.Employee, h.WithdrawClip),
		post("/clips/:id/retry", web.Employee, h.RetryClip),
		get("/links", web.Employee, h.Links),
		post("/links/applications/:id/appeal", web.Employee, h.Appeal),
		post("/links/:id/switch", web.Employee, h.SwitchLink),
		get("/links/:id/qr.svg", web.Employee, h.QRSVG),
		get("/links/:id/qr.png", web.Employee, h.QRPNG),
		get("/links/:id/poster", web.Employee, h.Poster),
		post("/links/:id/cuts", web.Employee, h.MakeCut),
	}
}

// hrRoutes are for HR and administrators, and for the leaders of jobs.
func hrRoutes(h *hr.Handlers) []web.Route {
	return []web.Route{
		get("/hr", web.HR, h.Home),
		get("/hr/jobs", web.HR, h.Jobs),
		post("/hr/jobs", web.HR, h.CreateJob),
		get("/hr/jobs/new", web.HR, h.NewJob),
		post("/hr/jobs/preview", web.HR, h.PreviewJob),
		get("/hr/jobs/:id", web.HR, h.Job),
		post("/hr/jobs/:id", web.HR, h.UpdateJob),
		get("/hr/jobs/:id/edit", web.HR, h.EditJob),
		post("/hr/jobs/:id/status", web.HR, h.SetJobStatus),
		get("/hr/jobs/:id/clips/new", web.HR, h.NewClip),
		post("/hr/jobs/:id/clips", web.HR, h.BeginUpload),
		post("/hr/jobs/:id/comparison", web.HR, h.StartComparison),
		post("/hr/jobs/:id/comparison/stop", web.HR, h.StopComparison),
		get("/hr/clips/:id", web.HR, h.Clip),
		post("/hr/clips/:id", web.HR, h.UpdateClip),
		get("/hr/clips/:id/status", web.HR, h.ClipStatus),
		get("/hr/clips/:id/upload", web.HR, h.ResumeUpload),
		post("/hr/clips/:id/complete", web.HR, h.CompleteUpload),
		post("/hr/clips/:id/cancel", web.HR, h.CancelUpload),
		post("/hr/clips/:id/publish", web.HR, h.PublishClip),
		post("/hr/clips/:id/unpublish", web.HR, h.UnpublishClip),
		post("/hr/clips/:id/retry", web.HR, h.RetryClip),
		post("/hr/clips/:id/move", web.HR, h.MoveClip),
		post("/hr/clips/:id/poster", web.HR, h.ChoosePoster),
		post("/hr/clips/:id/remake", web.HR, h.RemakeClip),
		post("/hr/clips/:id/makings/:making/retry", web.HR, h.RetryMaking),
		post("/hr/clips/:id/delete", web.HR, h.DeleteClip),
		post("/hr/clips/:id/people", web.HR, h.ListPerson),
		post("/hr/clips/:id/people/:person/ask", web.HR, h.AskAgain),
		post("/hr/clips/:id/people/:person/address", web.HR, h.CorrectPerson),
		post("/hr/clips/:id/people/:person/remove", web.HR, h.RemovePerson),
		post("/hr/clips/:id/captions", web.HR, h.AddCaption),
		get("/hr/clips/:id/captions-new", web.HR, h.NewCaptions),
		post("/hr/clips/:id/transcribe", web.HR, h.Transcribe),
		get("/hr/clips/:id/captions/:lang", web.HR, h.Caption),
		get("/hr/clips/:id/captions/:lang/edit", web.HR, h.EditCaptions),
		post("/hr/clips/:id/captions/:lang/edit", web.HR, h.SaveCaptions),
		post("/hr/clips/:id/captions/:lang/delete", web.HR, h.DeleteCaption),
		get("/hr/proposals", web.HR, h.Proposals),
		get("/hr/proposals/:id", web.HR, h.Proposal),
		post("/hr/proposals/:id/approve", web.HR, h.ApproveProposal),
		post("/hr/proposals/:id/decline", web.HR, h.DeclineProposal),
		get("/hr/people", web.HR, h.People),
		get("/hr/people/new", web.HR, h.NewPersonForm),
		post("/hr/people/new", web.HR, h.AddPerson),
		get("/hr/people/import", web.HR, h.ImportForm),
		post("/hr/people/import", web.HR, h.PreviewImport).UpTo("2M"),
		post("/hr/people/import/confirm", web.HR, h.Import).UpTo("4M"),
		get("/hr/people/:id", web.HR, h.Person),
		post("/hr/people/:id", web.HR, h.ChangePerson),
		post("/hr/people/:id/invite", web.HR, h.InvitePerson),
		post("/hr/people/:id/deactivate", web.HR, h.DeactivatePerson),
		post("/hr/people/:id/reactivate", web.HR, h.ReactivatePerson),
		get("/hr/teams", web.HR, h.Teams),
		post("/hr/teams", web.HR, h.AddTeam),
		post("/hr/teams/:id", web.HR, h.ChangeTeam),
		post("/hr/teams/:id/delete", web.HR, h.DeleteTeam),
		get("/settings/organisation", web.Admin, h.OrganisationForm),
		post("/settings/organisation", web.Admin, h.SaveOrganisation),
		post("/settings/organisation/clips", web.Admin, h.SaveClipSettings),
		post("/settings/organisation/contrast", web.Admin, h.Contrast),
		post("/settings/organisation/logo", web.Admin, h.SetLogo).UpTo("4M"),
		post("/settings/organisation/logo/remove", web.Admin, h.RemoveLogo),
		get("/hr/applications", web.HR, h.Applications),
		get("/hr/applications/aside", web.HR, h.Aside),
		post("/hr/applications/aside/:id/take", web.HR, h.TakeAside),
		post("/hr/applications/aside/:id/delete", web.HR, h.DropAside),
		get("/hr/applications/aside/:id/cv", web.HR, h.AsideCV),
		get("/hr/applications/:id", web.HR, h.Application),
		get("/hr/applications/:id/cv", web.HR, h.CV),
		post("/hr/applications/:id/stage", web.HR, h.Move),
		post("/hr/applications/:id/undo", web.HR, h.UndoMove),
		post("/hr/applications/:id/skills", web.HR, h.MarkSkills),
		get("/hr/applications/:id/credit", web.HR, h.Credit),
		post("/hr/applications/:id/credit", web.HR, h.OverrideCredit),
		post("/hr/applications/:id/heard", web.HR, h.MatchHeard),
		get("/hr/credits", web.HR, h.Credits),
		post("/hr/credits/policy", web.HR, h.SetPolicy),
		post("/hr/credits/reapply", web.HR, h.Reapply),
		post("/hr/appeals/:id", web.HR, h.DecideAppeal),
		get("/hr/referrals", web.HR, h.Referrals),
		get("/hr/referrals.csv", web.HR, h.ReferralsCSV),
		get("/leader", web.Leader, h.Leader),
		get("/leader/proposals", web.Leader, h.Proposals),
		get("/leader/proposals/:id", web.Leader, h.Proposal),
		post("/leader/proposals/:id/approve", web.Leader, h.ApproveProposal),
		post("/leader/proposals/:id/decline", web.Leader, h.DeclineProposal),
		get("/leader/applications/:id", web.Leader, h.Application),
		get("/leader/applications/:id/cv", web.Leader, h.CV),
		post("/leader/applications/:id/stage", web.Leader, h.Move),
		post("/leader/applications/:id/undo", web.Leader, h.UndoMove),
		post("/leader/applications/:id/skills", web.Leader, h.MarkSkills),
	}
}
