package handlers

import (
	"slices"

	"kollega/handlers/hr"
	"kollega/handlers/web"
)

// hrRoutes are for HR and administrators, and for leaders.
func hrRoutes(h *hr.Handlers) []web.Route {
	return slices.Concat(jobRoutes(h), clipRoutes(h), applicationRoutes(h), reportRoutes(h), peopleRoutes(h), houseRoutes(h), settingsRoutes(h), leaderRoutes(h))
}

// jobRoutes are HR's jobs, with the board of each.
func jobRoutes(h *hr.Handlers) []web.Route {
	return []web.Route{
		get("/hr/jobs", web.HR, h.Jobs),
		post("/hr/jobs", web.HR, h.CreateJob),
		get("/hr/jobs/new", web.HR, h.NewJob),
		post("/hr/jobs/preview", web.HR, h.PreviewJob),
		get("/hr/jobs/:id", web.HR, h.Job),
		post("/hr/jobs/:id", web.HR, h.UpdateJob),
		get("/hr/jobs/:id/edit", web.HR, h.EditJob),
		post("/hr/jobs/:id/status", web.HR, h.SetJobStatus),
		get("/hr/jobs/:id/board", web.HR, h.Board),
		get("/hr/jobs/:id/board/:stage", web.HR, h.BoardColumn),
		post("/hr/jobs/:id/bulk", web.HR, h.Bulk),
		post("/hr/jobs/:id/bulk/do", web.HR, h.DoBulk),
		get("/hr/bulk/:id", web.HR, h.BulkDone),
		post("/hr/bulk/:id/undo", web.HR, h.UndoBulk),
		get("/hr/jobs/:id/filled", web.HR, h.Filled),
		post("/hr/jobs/:id/filled", web.HR, h.CloseFilled),
		get("/hr/jobs/:id/clips/new", web.HR, h.NewClip),
		post("/hr/jobs/:id/clips", web.HR, h.BeginUpload),
		post("/hr/jobs/:id/comparison", web.HR, h.StartComparison),
		post("/hr/jobs/:id/comparison/stop", web.HR, h.StopComparison),
		get("/hr/jobs/:id/reward", web.HR, h.RewardPlan),
		post("/hr/jobs/:id/reward", web.HR, h.SaveRewardPlan),
	}
}

// clipRoutes are HR's clips: what is in them, and those that colleagues propose.
func clipRoutes(h *hr.Handlers) []web.Route {
	return []web.Route{
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
	}
}

// applicationRoutes are HR's applications: letters, rules, credit, rewards, and who stayed.
func applicationRoutes(h *hr.Handlers) []web.Route {
	return []web.Route{
		get("/hr/applications", web.HR, h.Applications),
		get("/hr/applications/aside", web.HR, h.Aside),
		post("/hr/applications/aside/:id/take", web.HR, h.TakeAside),
		post("/hr/applications/aside/:id/delete", web.HR, h.DropAside),
		get("/hr/applications/aside/:id/cv", web.HR, h.AsideCV).Long(),
		get("/hr/applications/:id", web.HR, h.Application),
		get("/hr/applications/:id/cv", web.HR, h.CV).Long(),
		get("/hr/applications/:id/cv/page", web.HR, h.ShowCV),
		post("/hr/applications/:id/stage", web.HR, h.Move),
		get("/hr/applications/:id/letter", web.HR, h.ApplicationLetter),
		post("/hr/applications/:id/address", web.HR, h.CorrectAddress),
		get("/hr/applications/:id/erase", web.HR, h.EraseForm),
		post("/hr/applications/:id/erase", web.HR, h.Erase),
		get("/hr/rules", web.HR, h.Rules),
		post("/hr/rules", web.HR, h.SaveRules),
		get("/hr/letters", web.HR, h.Letters),
		get("/hr/letters/:kind/:lang", web.HR, h.Letter),
		post("/hr/letters/:kind/:lang", web.HR, h.SaveLetter),
		post("/hr/letters/:kind/:lang/preview", web.HR, h.PreviewLetter),
		post("/hr/letters/:kind/:lang/reset", web.HR, h.ResetLetter),
		post("/hr/applications/:id/undo", web.HR, h.UndoMove),
		post("/hr/applications/:id/skills", web.HR, h.MarkSkills),
		get("/hr/applications/:id/tell", web.HR, h.TellForm),
		post("/hr/applications/:id/tell", web.HR, h.Tell),
		post("/hr/applications/:id/notes", web.HR, h.AddNote),
		post("/hr/applications/:id/notes/:note", web.HR, h.EditNote),
		post("/hr/applications/:id/notes/:note/delete", web.HR, h.DeleteNote),
		get("/hr/applications/:id/credit", web.HR, h.Credit),
		post("/hr/applications/:id/credit", web.HR, h.OverrideCredit),
		post("/hr/applications/:id/heard", web.HR, h.MatchHeard),
		get("/hr/credits", web.HR, h.Credits),
		post("/hr/credits/policy", web.HR, h.SetPolicy),
		post("/hr/credits/reapply", web.HR, h.Reapply),
		post("/hr/appeals/:id", web.HR, h.DecideAppeal),
		get("/hr/stays", web.HR, h.Stays),
		post("/hr/stays/:id", web.HR, h.AnswerStay),
		get("/hr/rewards", web.HR, h.Rewards),
		get("/hr/rewards.csv", web.HR, h.RewardsCSV),
		post("/hr/rewards/pay", web.HR, h.PayRewards),
		get("/hr/rewards/:id", web.HR, h.Reward),
		post("/hr/rewards/:id/forfeit", web.HR, h.ForfeitReward),
		post("/hr/rewards/:id/reopen", web.HR, h.ReopenReward),
	}
}

// reportRoutes are what it all led to.
func reportRoutes(h *hr.Handlers) []web.Route {
	return []web.Route{
		get("/hr/referrals", web.HR, h.Referrals),
		get("/hr/referrals.csv", web.HR, h.ReferralsCSV),
		get("/hr/referrals.xlsx", web.HR, h.ReferralsXLSX),
		get("/hr/referrals/days", web.HR, h.ReportDays),
		get("/hr/referrals/links", web.HR, h.ReportLinks),
		get("/hr/referrals/hits", web.HR, h.ReportHits),
		get("/hr/referrals/exports", web.HR, h.Exports),
		post("/hr/referrals/exports", web.HR, h.AskExport),
		get("/hr/referrals/exports/:id", web.HR, h.ExportFile).Long(),
		get("/hr/talent", web.HR, h.Talent),
		get("/hr/talent/ask", web.HR, h.AskColleague),
	}
}

// peopleRoutes are the people of the house, and how those without e-mail come in.
func peopleRoutes(h *hr.Handlers) []web.Route {
	return []web.Route{
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
		post("/hr/people/:id/card/free", web.HR, h.FreeCard),
		post("/hr/people/:id/card/revoke", web.HR, h.RevokeCard),
		get("/hr/cards", web.HR, h.Cards),
		post("/hr/cards", web.HR, h.MakeCards),
		get("/hr/posters", web.HR, h.Posters),
		post("/hr/posters", web.HR, h.MakePosters),
		get("/hr/kiosks", web.HR, h.Kiosks),
		post("/hr/kiosks", web.HR, h.AddKiosk),
		post("/hr/kiosks/:id/revoke", web.HR, h.RevokeKiosk),
		post("/hr/people/:id/unlink", web.Admin, h.UnlinkPerson),
		get("/hr/teams", web.HR, h.Teams),
		post("/hr/teams", web.HR, h.AddTeam),
		post("/hr/teams/:id", web.HR, h.ChangeTeam),
		post("/hr/teams/:id/delete", web.HR, h.DeleteTeam),
	}
}

// houseRoutes are HR's first page, and what HR decides of the house's groups, thanks, answers and channels.
func houseRoutes(h *hr.Handlers) []web.Route {
	return []web.Route{
		get("/hr", web.HR, h.Home),
		get("/hr/reported", web.HR, h.PostReports),
		post("/hr/reported/:id", web.HR, h.DecidePostReport),
		post("/hr/ranking", web.HR, h.SwitchRanking),
		post("/hr/praise/:id/remove", web.HR, h.RemovePraise),
		post("/hr/thanks/:id/remove", web.HR, h.RemoveThanks),
		get("/hr/webhooks", web.HR, h.Webhooks),
		post("/hr/webhooks", web.HR, h.AddWebhook),
		post("/hr/webhooks/:id", web.HR, h.ChangeWebhook),
		post("/hr/webhooks/:id/try", web.HR, h.TryWebhook),
		post("/hr/webhooks/:id/switch", web.HR, h.SwitchWebhook),
		post("/hr/webhooks/:id/delete", web.HR, h.DeleteWebhook),
		get("/hr/feedback-rules", web.HR, h.OwedRules),
		post("/hr/feedback-rules", web.HR, h.SaveOwedRules),
	}
}

// settingsRoutes are the house's settings.
func settingsRoutes(h *hr.Handlers) []web.Route {
	return []web.Route{
		get("/settings/organisation", web.Admin, h.OrganisationForm),
		post("/settings/organisation", web.Admin, h.SaveOrganisation),
		post("/settings/organisation/clips", web.Admin, h.SaveClipSettings),
		post("/settings/organisation/questions", web.Admin, h.SaveFirstHours),
		post("/settings/organisation/contrast", web.Admin, h.Contrast),
		post("/settings/organisation/logo", web.Admin, h.SetLogo).UpTo("4M"),
		post("/settings/organisation/logo/remove", web.Admin, h.RemoveLogo),
		get("/settings/identity", web.Admin, h.Identity),
		post("/settings/identity", web.Admin, h.SaveIdentity),
		post("/settings/identity/groups", web.Admin, h.AddGroup),
		post("/settings/identity/groups/:id/delete", web.Admin, h.DeleteGroup),
		post("/settings/identity/tokens", web.Admin, h.AddDirectoryToken),
		post("/settings/identity/tokens/:id/revoke", web.Admin, h.RevokeDirectoryToken),
		get("/settings/audit", web.Admin, h.Audit),
		post("/settings/audit", web.Admin, h.SaveAuditMonths),
		get("/settings/audit.csv", web.Admin, h.AuditCSV).Long(),
	}
}

// leaderRoutes are what leaders do for their people and jobs. Who may answer what is owed is decided by who owes it.
func leaderRoutes(h *hr.Handlers) []web.Route {
	return []web.Route{
		get("/leader/talent", web.Leader, h.Talent),
		get("/leader/talent/ask", web.Leader, h.AskColleague),
		get("/leader", web.Leader, h.Leader),
		post("/leader/stays/:id", web.Leader, h.AnswerStay),
		get("/leader/feedback", web.Employee, h.Waiting),
		post("/leader/feedback", web.Employee, h.GiveFeedback),
		get("/leader/feedback/coverage", web.Leader, h.Coverage),
		get("/leader/feedback/:id", web.Employee, h.WaitingOne),
		post("/leader/feedback/:id/back", web.Employee, h.TakeBackFeedback),
		get("/leader/proposals", web.Leader, h.Proposals),
		get("/leader/proposals/:id", web.Leader, h.Proposal),
		post("/leader/proposals/:id/approve", web.Leader, h.ApproveProposal),
		post("/leader/proposals/:id/decline", web.Leader, h.DeclineProposal),
		get("/leader/applications/:id", web.Leader, h.Application),
		get("/leader/jobs/:id/board", web.Leader, h.Board),
		get("/leader/jobs/:id/board/:stage", web.Leader, h.BoardColumn),
		post("/leader/jobs/:id/bulk", web.Leader, h.Bulk),
		post("/leader/jobs/:id/bulk/do", web.Leader, h.DoBulk),
		get("/leader/bulk/:id", web.Leader, h.BulkDone),
		post("/leader/bulk/:id/undo", web.Leader, h.UndoBulk),
		get("/leader/applications/:id/cv", web.Leader, h.CV).Long(),
		get("/leader/applications/:id/cv/page", web.Leader, h.ShowCV),
		post("/leader/applications/:id/stage", web.Leader, h.Move),
		get("/leader/applications/:id/letter", web.Leader, h.ApplicationLetter),
		post("/leader/applications/:id/undo", web.Leader, h.UndoMove),
		post("/leader/applications/:id/skills", web.Leader, h.MarkSkills),
		get("/leader/applications/:id/tell", web.Leader, h.TellForm),
		post("/leader/applications/:id/tell", web.Leader, h.Tell),
		post("/leader/applications/:id/notes", web.Leader, h.AddNote),
		post("/leader/applications/:id/notes/:note", web.Leader, h.EditNote),
		post("/leader/applications/:id/notes/:note/delete", web.Leader, h.DeleteNote),
	}
}
