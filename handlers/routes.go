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
		{http.MethodGet, "/theme.css", web.Public, h.Theme, ""},
		{http.MethodGet, "/logo/:id", web.Public, h.Logo, ""},
		{http.MethodGet, "/s/:code", web.Public, h.Share, ""},
		{http.MethodHead, "/s/:code", web.Public, h.Share, ""},
		{http.MethodPost, "/s/:code/apply", web.Public, h.ApplyByCode, "64M"},
		{http.MethodGet, "/s/:code/apply", web.Public, h.BackToPage, ""},
		{http.MethodGet, "/jobs", web.Public, h.Jobs, ""},
		{http.MethodHead, "/jobs", web.Public, h.Jobs, ""},
		{http.MethodGet, "/jobs/:slug", web.Public, h.Job, ""},
		{http.MethodHead, "/jobs/:slug", web.Public, h.Job, ""},
		{http.MethodPost, "/jobs/:slug/apply", web.Public, h.ApplyBySlug, "64M"},
		{http.MethodGet, "/jobs/:slug/apply", web.Public, h.BackToPage, ""},
		{http.MethodGet, "/jobs/:slug/thanks", web.Public, h.Thanks, ""},
		{http.MethodPost, "/e", web.Public, h.Report, ""},
		{http.MethodGet, "/privacy", web.Public, h.Privacy, ""},
		{http.MethodGet, "/robots.txt", web.Public, h.Robots, ""},
		{http.MethodGet, "/sitemap.xml", web.Public, h.Sitemap, ""},
	}
}

// staffRoutes are for signing in and for everybody who works in the house.
func staffRoutes(h *staff.Handlers) []web.Route {
	return []web.Route{
		{http.MethodGet, "/setup", web.Guest, h.SetUpForm, ""},
		{http.MethodPost, "/setup", web.Guest, h.SetUp, ""},
		{http.MethodGet, "/login", web.Guest, h.LogInForm, ""},
		{http.MethodPost, "/login", web.Guest, h.LogIn, ""},
		{http.MethodPost, "/logout", web.Anyone, h.LogOut, ""},
		{http.MethodGet, "/forgot", web.Anyone, h.ForgotForm, ""},
		{http.MethodPost, "/forgot", web.Anyone, h.Forgot, ""},
		{http.MethodGet, "/reset/:token", web.Anyone, h.ResetForm, ""},
		{http.MethodPost, "/reset/:token", web.Anyone, h.Reset, ""},
		{http.MethodGet, "/invite/:token", web.Anyone, h.InviteForm, ""},
		{http.MethodPost, "/invite/:token", web.Anyone, h.Invite, ""},
		{http.MethodGet, "/settings", web.Employee, h.Settings, ""},
		{http.MethodGet, "/settings/me", web.Employee, h.Me, ""},
		{http.MethodPost, "/settings/me", web.Employee, h.SaveMe, ""},
		{http.MethodPost, "/settings/me/password", web.Employee, h.ChangePassword, ""},
		{http.MethodPost, "/settings/me/sessions", web.Employee, h.SignOutEverywhere, ""},
		{http.MethodPost, "/settings/me/tokens", web.Employee, h.AddToken, ""},
		{http.MethodPost, "/settings/me/tokens/:id/revoke", web.Employee, h.RevokeToken, ""},
		{http.MethodPost, "/settings/theme", web.Employee, h.SetTheme, ""},
		{http.MethodPost, "/settings/language", web.Employee, h.SetLanguage, ""},
		{http.MethodGet, "/", web.Employee, h.Home, ""},
		{http.MethodGet, "/share/:job", web.Employee, h.Share, ""},
		{http.MethodPost, "/share/:job/:channel", web.Employee, h.MakeLink, ""},
		{http.MethodGet, "/links", web.Employee, h.Links, ""},
		{http.MethodPost, "/links/:id/switch", web.Employee, h.SwitchLink, ""},
		{http.MethodGet, "/links/:id/qr.svg", web.Employee, h.QRSVG, ""},
		{http.MethodGet, "/links/:id/qr.png", web.Employee, h.QRPNG, ""},
		{http.MethodGet, "/links/:id/poster", web.Employee, h.Poster, ""},
	}
}

// hrRoutes are for HR and administrators, and for the leaders of jobs.
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
		{http.MethodGet, "/hr/people", web.HR, h.People, ""},
		{http.MethodGet, "/hr/people/new", web.HR, h.NewPersonForm, ""},
		{http.MethodPost, "/hr/people/new", web.HR, h.AddPerson, ""},
		{http.MethodGet, "/hr/people/import", web.HR, h.ImportForm, ""},
		{http.MethodPost, "/hr/people/import", web.HR, h.PreviewImport, "2M"},
		{http.MethodPost, "/hr/people/import/confirm", web.HR, h.Import, "4M"},
		{http.MethodGet, "/hr/people/:id", web.HR, h.Person, ""},
		{http.MethodPost, "/hr/people/:id", web.HR, h.ChangePerson, ""},
		{http.MethodPost, "/hr/people/:id/invite", web.HR, h.InvitePerson, ""},
		{http.MethodPost, "/hr/people/:id/deactivate", web.HR, h.DeactivatePerson, ""},
		{http.MethodPost, "/hr/people/:id/reactivate", web.HR, h.ReactivatePerson, ""},
		{http.MethodGet, "/hr/teams", web.HR, h.Teams, ""},
		{http.MethodPost, "/hr/teams", web.HR, h.AddTeam, ""},
		{http.MethodPost, "/hr/teams/:id", web.HR, h.ChangeTeam, ""},
		{http.MethodPost, "/hr/teams/:id/delete", web.HR, h.DeleteTeam, ""},
		{http.MethodGet, "/settings/organisation", web.Admin, h.OrganisationForm, ""},
		{http.MethodPost, "/settings/organisation", web.Admin, h.SaveOrganisation, ""},
		{http.MethodPost, "/settings/organisation/contrast", web.Admin, h.Contrast, ""},
		{http.MethodPost, "/settings/organisation/logo", web.Admin, h.SetLogo, "4M"},
		{http.MethodPost, "/settings/organisation/logo/remove", web.Admin, h.RemoveLogo, ""},
		{http.MethodGet, "/hr/applications", web.HR, h.Applications, ""},
		{http.MethodGet, "/hr/applications/:id", web.HR, h.Application, ""},
		{http.MethodGet, "/hr/applications/:id/cv", web.HR, h.CV, ""},
		{http.MethodPost, "/hr/applications/:id/stage", web.HR, h.Move, ""},
		{http.MethodPost, "/hr/applications/:id/undo", web.HR, h.UndoMove, ""},
		{http.MethodPost, "/hr/applications/:id/skills", web.HR, h.MarkSkills, ""},
		{http.MethodGet, "/hr/referrals", web.HR, h.Referrals, ""},
		{http.MethodGet, "/hr/referrals.csv", web.HR, h.ReferralsCSV, ""},
		{http.MethodGet, "/leader", web.Leader, h.Leader, ""},
		{http.MethodGet, "/leader/applications/:id", web.Leader, h.Application, ""},
		{http.MethodGet, "/leader/applications/:id/cv", web.Leader, h.CV, ""},
		{http.MethodPost, "/leader/applications/:id/stage", web.Leader, h.Move, ""},
		{http.MethodPost, "/leader/applications/:id/undo", web.Leader, h.UndoMove, ""},
		{http.MethodPost, "/leader/applications/:id/skills", web.Leader, h.MarkSkills, ""},
	}
}
