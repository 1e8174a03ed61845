package handlers

import (
	"slices"

	"kollega/handlers/staff"
	"kollega/handlers/web"
)

// staffRoutes are for signing in and for everybody who works in the house.
func staffRoutes(h *staff.Handlers) []web.Route {
	return slices.Concat(signInRoutes(h), ownRoutes(h), sharingRoutes(h), groupRoutes(h), questionRoutes(h), thanksRoutes(h))
}

// signInRoutes are for whoever is not signed in yet, and for signing out.
func signInRoutes(h *staff.Handlers) []web.Route {
	return []web.Route{
		get("/setup", web.Guest, h.SetUpForm),
		post("/setup", web.Guest, h.SetUp),
		get("/login", web.Guest, h.LogInForm),
		post("/login", web.Guest, h.LogIn),
		get("/card", web.Guest, h.CardForm),
		post("/card", web.Guest, h.CardLogIn),
		get("/card/pin", web.Guest, h.ChoosePINForm),
		post("/card/pin", web.Guest, h.ChoosePIN),
		get("/login/account", web.Guest, h.BeginAccount),
		get(web.AccountPath, web.Guest, h.FinishAccount),
		post("/logout", web.Anyone, h.LogOut),
		get("/forgot", web.Anyone, h.ForgotForm),
		post("/forgot", web.Anyone, h.Forgot),
		get("/reset/:token", web.Anyone, h.ResetForm),
		post("/reset/:token", web.Anyone, h.Reset),
		get("/invite/:token", web.Anyone, h.InviteForm),
		post("/invite/:token", web.Anyone, h.Invite),
	}
}

// ownRoutes are the first page, and what concerns the person alone: settings, notices, what open pages follow.
func ownRoutes(h *staff.Handlers) []web.Route {
	return []web.Route{
		get("/", web.Employee, h.Home),
		get("/settings", web.Employee, h.Settings),
		get("/settings/me", web.Employee, h.Me),
		post("/settings/me", web.Employee, h.SaveMe),
		post("/settings/me/password", web.Employee, h.ChangePassword),
		post("/settings/me/posts", web.Employee, h.SetPostsGo),
		post("/settings/me/pin", web.Employee, h.ChangePIN),
		post("/settings/me/sessions", web.Employee, h.SignOutEverywhere),
		post("/settings/me/tokens", web.Employee, h.AddToken),
		post("/settings/me/tokens/:id/revoke", web.Employee, h.RevokeToken),
		post("/settings/clips/:id", web.Employee, h.OpenConsent),
		get("/settings/notices", web.Employee, h.NoticeSettings),
		post("/settings/notices", web.Employee, h.SaveNoticeSettings),
		post("/settings/theme", web.Employee, h.SetTheme),
		post("/settings/language", web.Employee, h.SetLanguage),
		get(web.LivePath, web.Employee, h.Live).Long(),
		get("/notices", web.Employee, h.Notices),
		post("/notices/read", web.Employee, h.ReadNotices),
		get("/notices/:id", web.Employee, h.OpenNotice),
		post("/notices/:id/read", web.Employee, h.ReadNotice),
	}
}

// sharingRoutes are for links, clips, and what is made of them.
func sharingRoutes(h *staff.Handlers) []web.Route {
	return []web.Route{
		get("/share/:job", web.Employee, h.Share),
		post("/share/:job/:channel", web.Employee, h.MakeLink),
		get("/share/:job/wording", web.Employee, h.NewJobWording),
		post("/share/:job/wording", web.Employee, h.SuggestJobWording),
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
		get("/posters", web.Employee, h.Posters),
		post("/posters", web.Employee, h.MakePosters),
	}
}

// groupRoutes are for groups and talks, and what is written there.
func groupRoutes(h *staff.Handlers) []web.Route {
	return []web.Route{
		get("/groups", web.Employee, h.Groups),
		post("/groups", web.Employee, h.MakeGroup),
		get("/groups/new", web.Employee, h.NewGroup),
		get("/groups/talk", web.Employee, h.NewTalk),
		post("/groups/talk", web.Employee, h.Talk),
		get("/groups/:id", web.Employee, h.Group),
		post("/groups/:id", web.Employee, h.ChangeGroup),
		get("/groups/:id/edit", web.Employee, h.EditGroup),
		post("/groups/:id/channels", web.Employee, h.AddGroupChannel),
		post("/groups/:id/channels/:channel/delete", web.Employee, h.DeleteGroupChannel),
		post("/groups/:id/channels/:channel/switch", web.Employee, h.SwitchGroupChannel),
		post("/groups/:id/channels/:channel/try", web.Employee, h.TryGroupChannel),
		post("/groups/:id/join", web.Employee, h.JoinGroup),
		post("/groups/:id/leave", web.Employee, h.LeaveGroup),
		post("/groups/:id/mute", web.Employee, h.MuteGroup),
		post("/groups/:id/draft", web.Employee, h.KeepDraft),
		get("/groups/:id/names", web.Employee, h.GroupNames),
		get("/groups/:id/people", web.Employee, h.GroupPeople),
		post("/groups/:id/people", web.Employee, h.AddMembers),
		post("/groups/:id/people/:person/owner", web.Employee, h.SetOwner),
		post("/groups/:id/people/:person/remove", web.Employee, h.RemoveMember),
		get("/groups/:id/pictures/:picture", web.Employee, h.Picture).Long(),
		post("/groups/:id/posts", web.Employee, h.WritePost).UpTo("52M").Long(),
		get("/groups/:id/posts/:post", web.Employee, h.Post),
		post("/groups/:id/posts/:post", web.Employee, h.EditPost),
		post("/groups/:id/posts/:post/comments", web.Employee, h.Comment),
		post("/groups/:id/posts/:post/pin", web.Employee, h.PinPost),
		post("/groups/:id/posts/:post/react", web.Employee, h.React),
		post("/groups/:id/posts/:post/remove", web.Employee, h.RemovePost),
		post("/groups/:id/posts/:post/report", web.Employee, h.ReportPost),
		get("/reported/:id", web.Employee, h.OwnReport),
	}
}

// questionRoutes are for finding somebody together: questions and answers, wordings, suggestions, remarks.
func questionRoutes(h *staff.Handlers) []web.Route {
	return []web.Route{
		get("/questions", web.Employee, h.Questions),
		post("/questions", web.Leader, h.Ask),
		get("/questions/new", web.Leader, h.NewQuestion),
		get("/questions/:id", web.Employee, h.Question),
		post("/questions/:id/me", web.Employee, h.AnswerMe),
		post("/questions/:id/link", web.Employee, h.AnswerLink),
		post("/questions/:id/invite", web.Employee, h.AnswerInvite),
		post("/questions/:id/colleague", web.Employee, h.AnswerColleague),
		get("/questions/:id/wording", web.Employee, h.NewQuestionWording),
		post("/questions/:id/wording", web.Employee, h.SuggestQuestionWording),
		post("/questions/:id/close", web.Leader, h.CloseQuestion),
		post("/questions/:id/reopen", web.Leader, h.ReopenQuestion),
		get("/suggestions", web.Employee, h.Suggestions),
		post("/suggestions", web.Employee, h.Suggest),
		get("/suggestions/new", web.Employee, h.NewSuggestion),
		get("/suggestions/:id", web.Employee, h.Suggestion),
		post("/suggestions/:id/support", web.Employee, h.SupportSuggestion),
		post("/suggestions/:id/withdraw", web.Employee, h.WithdrawSuggestion),
		post("/suggestions/:id/decide", web.HR, h.DecideSuggestion),
		post("/remarks", web.Employee, h.AddRemark),
		get("/remarks/:id", web.Employee, h.Remark),
		post("/remarks/:id", web.Employee, h.EditRemark),
		post("/remarks/:id/remove", web.Employee, h.RemoveRemark),
		post("/wordings/:id/support", web.Employee, h.SupportWording),
		get("/answers/:id", web.Employee, h.AnswerPage),
		post("/answers/:id/withdraw", web.Employee, h.WithdrawAnswer),
		get("/wordings/:id", web.Employee, h.Wording),
		post("/wordings/:id/accept", web.Leader, h.AcceptWording),
		post("/wordings/:id/decline", web.Leader, h.DeclineWording),
		post("/wordings/:id/withdraw", web.Employee, h.WithdrawWording),
	}
}

// thanksRoutes are for feedback, thanks, and what came of it all.
func thanksRoutes(h *staff.Handlers) []web.Route {
	return []web.Route{
		get("/feedback", web.Employee, h.Feedback),
		post("/feedback", web.Employee, h.GiveFeedback),
		post("/feedback/:id/reply", web.Employee, h.ReplyFeedback),
		post("/feedback/:id/helped", web.Employee, h.FeedbackHelped),
		post("/feedback/:id/share", web.Employee, h.SharePraise),
		get("/mine", web.Employee, h.Mine),
		get("/thanks", web.Employee, h.Thanks),
		post("/thanks", web.Employee, h.Thank),
		post("/thanks/find", web.Employee, h.FindThanked),
		get("/thanks/find", web.Employee, h.Thanks), // what was found follows what happens
		post("/thanks/:id/show", web.Employee, h.ShowThanks),
		post("/thanks/:id/takeback", web.Employee, h.TakeBackThanks),
		get("/together", web.Employee, h.Together),
		post("/together/ranking", web.Employee, h.JoinRanking),
	}
}
