package e2e_test

import (
	"strconv"
	"testing"

	"github.com/google/uuid"

	"kollega/handlers/handlerstest"
	"kollega/internal/auth"
	"kollega/models"
)

// demoPages are all pages of the demonstration, and those that only come when something is amiss.
func demoPages(t *testing.T, s *handlerstest.Site) []page {
	t.Helper()
	id := func(sql string, args ...any) string { return one[string](t, s, sql, args...) }
	open := id(`select id::text from jobs where status = 'published' order by created_at limit 1`)
	slug := id(`select slug from jobs where id = $1`, open)
	over := s.Job(models.Job{Status: models.JobFilled, Title: "Kokk"}).Slug
	clip := id(`select id::text from clips where status = 'published' limit 1`)
	app := id(`select id::text from applications where link_id is not null and message <> '' order by submitted_at desc limit 1`)
	if _, err := s.DB.Pool().Exec(t.Context(), `update applications set stage = 'new', reached = 'new' where id = $1`, app); err != nil { // it can be withdrawn
		t.Fatal(err)
	}
	code := id(`select l.code from links l join users u on u.id = l.user_id where l.job_id = $1 and u.show_name and l.disabled_at is null limit 1`, open)
	mine := demoPerson(t, s, models.RoleEmployee)
	link := id(`select l.id::text from links l join jobs j on j.id = l.job_id where l.user_id = $1 and j.status = 'published' limit 1`, mine.ID)
	leads := demoPerson(t, s, models.RoleLeader)
	theirs := id(`select a.id::text from applications a join jobs j on j.id = a.job_id where j.leader_id = $1 and a.candidate_id is not null limit 1`, leads.ID)
	skill := "skill=" + id(`select js.skill_id::text from job_skills js join jobs j on j.id = js.job_id where j.leader_id = $1 and j.status = 'published' and js.need = 'required' limit 1`, leads.ID)
	stay := "/stays/" + stayToken(t, s, leads)
	newcomer := s.User(models.User{Name: "Nina Ny"})
	token := func(purpose string) string {
		secret, _, err := s.DB.NewUserToken(t.Context(), newcomer.ID, purpose)
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
	invite := "/invite/" + token(models.PurposeInvite)
	own := "/c/" + candidateToken(t, s, app)
	draft := s.Job(models.Job{Status: models.JobDraft, Title: "Lærling i havbruk"})
	ready := s.Clip(draft, models.Clip{Status: models.ClipReady})
	inClip := s.Clip(draft, models.Clip{Status: models.ClipReady, Title: "Med folk i"})
	asked := s.InClip(inClip, models.User{Name: "Ola Sett", Email: "sett@example.com"})
	agreed := s.InClip(inClip, mine)
	consent, withdraw := "/consent/"+s.ConsentToken(asked), "/consent/"+s.ConsentToken(agreed)
	if err := s.DB.AnswerConsent(t.Context(), withdraw[len("/consent/"):], true, ""); err != nil {
		t.Fatal(err)
	}
	failed := s.Clip(draft, models.Clip{Status: models.ClipFailed, ErrorCode: "disk"})
	printed(t, s, failed.ID)
	making := s.Clip(draft, models.Clip{Status: models.ClipProcessing, Progress: 0.4, ErrorCode: "storage"})
	sent := s.Clip(draft, models.Clip{Status: models.ClipUploading, Filename: "VID_20261124_101500.mp4"})
	gone := s.Clip(draft, models.Clip{Status: models.ClipWithdrawn, ErrorCode: models.ErrorWithdrawn, Title: "Trukket"})
	no := "/consent/" + s.ConsentToken(s.InClip(inClip, models.User{Name: "Kari Nei", Email: "nei@example.com"}))
	if err := s.DB.AnswerConsent(t.Context(), no[len("/consent/"):], false, "Jeg vil ikke synes på nettet."); err != nil {
		t.Fatal(err)
	}
	back := "/consent/" + s.ConsentToken(s.InClip(s.Clip(draft, models.Clip{Status: models.ClipReady}), models.User{Name: "Tor Tilbake", Email: "tilbake@example.com"}))
	takenBack(t, s, back[len("/consent/"):])
	tiktok, _, err := s.DB.MakeLink(t.Context(), mine, mine.ID, uuid.MustParse(open), "tiktok")
	if err != nil {
		t.Fatal(err)
	}
	aside(t, s, open)
	promised := id(`select job_id::text from reward_plans where kind = 'money' and months = 0 limit 1`)
	reward := rewarded(t, s, mine, promised)
	proposer := s.User(models.User{Name: "Per Prøve"})
	crew := s.Job(models.Job{LeaderID: &leads.ID, Title: "Matros"})
	unmet(t, s, crew)
	waiting := s.Proposal(proposer, models.Proposal{JobID: &crew.ID, HolderID: &leads.ID, Title: "Matros", Words: "Filmet i pausen"}, models.Clip{}).ID.String()
	unwritten := s.Proposal(proposer, models.Proposal{Title: "Vikar på natt"}, models.Clip{}).ID.String()
	declined := s.Proposal(mine, models.Proposal{State: models.ProposalDeclined, Reason: "Lyden er for svak. Prøv inne."}, models.Clip{}).ID.String()
	sending := s.Proposal(mine, models.Proposal{State: models.ProposalSending}, models.Clip{Status: models.ClipRejected, ErrorCode: "too_long"}).ID.String()
	board := id(`select j.id::text from jobs j join applications a on a.job_id = j.id where j.leader_id = $1 group by j.id order by count(*) desc limit 1`, leads.ID)
	withCV := id(`select a.id::text from applications a join jobs j on j.id = a.job_id where j.leader_id = $1 and cv_key <> '' order by submitted_at desc limit 1`, leads.ID)
	discussed := id(`select n.application_id::text from notes n join users u on u.id = n.user_id where u.role = 'hr' and n.change_id is null limit 1`)
	bulk, untold := changed(t, s, leads, uuid.MustParse(board))
	hoped := s.Proposal(mine, models.Proposal{HolderID: &leads.ID, JobID: &crew.ID, Title: "Matros", Words: "Filmet i pausen", ShowName: true}, models.Clip{}).ID.String()
	late(t, s, unwritten)
	noticed(t, s, mine)
	channels(t, s)
	waits := owedAnswers(t, s, leads, crew, mine)
	talk := talked(t, s, mine, leads)
	shift := shiftWorkers(t, s)
	recognised(t, s, mine)
	house := withAccounts(t, s)
	q := asking(t, s, leads, mine, uuid.MustParse(clip))
	return []page{
		{"questions", "/questions", models.RoleEmployee, "/questions", nil},
		{"question", "/questions/:id", models.RoleEmployee, "/questions/" + q.open, nil},
		{"question-ways", "", models.RoleEmployee, "/questions/" + q.fresh, func(tab *tab) { tab.click("details.way:nth-of-type(1) > summary") }},
		{"question-me-refused", "", models.RoleEmployee, "/questions/" + q.fresh, func(tab *tab) {
			tab.click("details.way:nth-of-type(3) > summary")
			tab.click("#me_asker")
			tab.answered(`form[action$="/me"] button`, 422)
		}},
		{"question-asker", "", models.RoleLeader, "/questions/" + q.open, nil},
		{"question-hr", "", models.RoleHR, "/questions/" + q.open, nil},
		{"question-new", "/questions/new", models.RoleLeader, "/questions/new?" + skill, nil},
		{"question-new-refused", "", models.RoleLeader, "/questions/new", func(tab *tab) { tab.sendEmpty("main form") }},
		{"question-wording", "/questions/:id/wording", models.RoleEmployee, "/questions/" + q.open + "/wording?field=words", nil},
		{"job-wording", "/share/:job/wording", models.RoleEmployee, "/share/" + open + "/wording", nil},
		{"job-wording-refused", "", models.RoleEmployee, "/share/" + open + "/wording", func(tab *tab) { tab.answered("main form button", 422) }},
		{"wording", "/wordings/:id", models.RoleEmployee, "/wordings/" + q.wording, nil},
		{"wording-hr", "", models.RoleHR, "/wordings/" + q.wording, func(tab *tab) { tab.click("main details summary") }},
		{"wording-declined", "", models.RoleEmployee, "/wordings/" + q.declined, nil},
		{"hr-job-wordings", "", models.RoleHR, "/hr/jobs/" + q.job, nil},
		{"hr-job-question", "", models.RoleHR, "/hr/jobs/new?question=" + q.open, nil},
		{"suggestions", "/suggestions", models.RoleEmployee, "/suggestions", nil},
		{"suggestion", "/suggestions/:id", models.RoleEmployee, "/suggestions/" + q.suggestion, nil},
		{"suggestion-hr", "", models.RoleHR, "/suggestions/" + q.suggestion, func(tab *tab) { tab.answered(`form[action$="/decide"] button.quiet`, 422) }},
		{"suggestion-new", "/suggestions/new", models.RoleEmployee, "/suggestions/new", func(tab *tab) { tab.sendEmpty("main form") }},
		{"remark", "/remarks/:id", models.RoleEmployee, "/remarks/" + q.remark, nil},
		{"share-talk", "", models.RoleEmployee, "/share/" + open, nil},
		{"invited", "/invited/:token", "", "/invited/" + q.invited, nil},
		{"invited-yes", "", "", "/invited/" + q.joined, nil},
		{"invited-over", "", "", "/invited/used", nil},
		{"jobs", "/jobs", "", "/jobs", nil},
		{"job", "/jobs/:slug", "", "/jobs/" + slug, nil},
		{"job-over", "/jobs/:slug", "", "/jobs/" + over, nil},
		{"landing", "/s/:code", "", "/s/" + code, nil},
		{"landing-unknown", "", "", "/s/zzzzzzzz", nil},
		{"landing-refused", "", "", "/jobs/" + slug, func(tab *tab) { tab.sendEmpty("form[data-apply]") }},
		{"thanks", "/jobs/:slug/thanks", "", "/jobs/" + slug + "/thanks", nil},
		{"consent", "/consent/:token", "", consent, nil},
		{"consent-agreed", "", "", withdraw, nil},
		{"consent-refused", "", "", no, nil},
		{"consent-withdrawn", "", "", back, nil},
		{"consent-withdraw", "/consent/:token/withdraw", "", withdraw + "/withdraw", nil},
		{"answer", "/answer/:token", "", "/answer/" + waits.link, func(tab *tab) { tab.click(`.answer input[value="constructive"]`) }},
		{"answer-refused", "", "", "/answer/" + waits.link, func(tab *tab) {
			tab.click(`.answer input[value="thanks"]`)
			tab.sendEmpty("form.answer")
		}},
		{"answer-done", "", "", "/answer/" + waits.used, nil},
		{"stay", "/stays/:token", "", stay, nil},
		{"stay-answered", "", "", stay, func(tab *tab) { tab.answered("main form button[value=yes]", 200) }},
		{"notice-stop", "/notices/stop/:token", "", "/notices/stop/" + noticeStop(t, s, mine), nil},
		{"privacy", "/privacy", "", "/privacy", nil},
		{"candidate", "/c/:token", "", own, nil},
		{"candidate-withdraw", "/c/:token/withdraw", "", own + "/withdraw?application=" + app, nil},
		{"candidate-erase", "/c/:token/erase", "", own + "/erase", nil},
		{"remind-refused", "", "", "/jobs/" + slug, func(tab *tab) { // the template of the answer, with its form
			tab.click("#apply details summary")
			eval[bool](tab, `(document.querySelector('form[action*="/remind"]').noValidate = true)`)
			tab.answered(`form[action*="/remind"] button`, 422)
		}},
		{"candidate-link", "/c", "", "/c", nil},
		{"candidate-gone", "", "", "/c/used", nil},
		{"login", "/login", "", "/login", nil},
		{"card", "/card", "", "/card?code=" + shift.fresh.Code, nil},
		{"card-refused", "", "", "/card", func(tab *tab) {
			tab.fill("code", auth.NewCardCode(), "pin", "482915") // another for each look: tries at one are slowed down
			tab.answered("main form button", 422)
		}},
		{"card-pin", "/card/pin", "", "/card?code=" + shift.fresh.Code, func(tab *tab) {
			tab.fill("pin", shift.fresh.PIN)
			tab.submit("main form button")
			tab.at("/card/pin")
		}},
		{"kiosk", "/kiosk/:token", "", shift.kiosk, nil},
		{"kiosk-job", "/kiosk/:token/jobs/:slug", "", shift.kiosk + "/jobs/" + slug, nil},
		{"kiosk-refused", "", "", shift.kiosk + "/jobs/" + slug, func(tab *tab) {
			tab.fill("code", "ZZZZZZ")
			tab.answered("main form button", 422)
		}},
		{"kiosk-own", "", "", shift.kiosk + "/jobs/" + slug, func(tab *tab) {
			tab.fill("code", shift.used.Code)
			tab.submit("main form button")
		}},
		{"login-problem", "", "", "/login/account/callback", nil},
		{"logged-out", "", "", "/login", func(tab *tab) {
			tab.elsewhere = house.Issuer()
			tab.submit(accountLink)
			tab.submit("#as-kari")
			house.StayOnLogOut() // the page leads on at once
			eval[bool](tab, `(document.querySelector('form[action="/logout"]').submit(), true)`)
			tab.until(`document.querySelector('.after a[href="/login"]') !== null && document.querySelector("input") === null`, patience)
		}},
		{"forgot", "/forgot", "", "/forgot", nil},
		{"reset", "/reset/:token", "", "/reset/" + token(models.PurposeReset), nil},
		{"link-gone", "", "", "/reset/used", nil},
		{"invite", "/invite/:token", "", invite, nil},
		{"invite-refused", "", "", invite, func(tab *tab) { tab.sendEmpty("main form") }},
		{"api", "", "", "/api/docs", nil},
		{"missing", "", "", "/nowhere", nil},

		{"home", "/", models.RoleEmployee, "/", nil},
		{"share", "/share/:job", models.RoleEmployee, "/share/" + open, nil},
		{"share-link", "", models.RoleEmployee, "/share/" + id(`select job_id::text from links where id = $1`, link) + "?link=" + link, nil},
		{"share-tiktok", "", models.RoleEmployee, "/share/" + open + "?link=" + tiktok.ID.String(), nil},
		{"share-cut-making", "", models.RoleEmployee, "/share/" + open + "?link=" + tiktok.ID.String(), func(tab *tab) {
			tab.click("[data-cut] [data-part=make]")
			tab.until(`!document.querySelector("[data-cut] [data-part=progress]").hidden`, patience)
		}},
		{"clips", "/clips", models.RoleEmployee, "/clips", nil},
		{"clip-new", "/clips/new", models.RoleEmployee, "/clips/new?job=" + open, nil},
		{"clip", "/clips/:id", models.RoleEmployee, "/clips/" + declined, nil},
		{"clip-waiting", "", models.RoleEmployee, "/clips/" + hoped, nil},
		{"clip-rejected", "", models.RoleEmployee, "/clips/" + sending, nil},
		{"links", "/links", models.RoleEmployee, "/links", nil},
		{"poster", "/links/:id/poster", models.RoleEmployee, "/links/" + link + "/poster", nil},
		{"posters", "/posters", models.RoleEmployee, "/posters", nil},
		{"mine", "/mine", models.RoleEmployee, "/mine", nil},
		{"thanks", "/thanks", models.RoleEmployee, "/thanks", nil},
		{"thanks-find", "/thanks/find", models.RoleEmployee, "/thanks/find", nil},
		{"thanks-refused", "", models.RoleEmployee, "/thanks", func(tab *tab) { tab.sendEmpty(`form[action="/thanks"]`) }},
		{"together", "/together", models.RoleEmployee, "/together", nil},
		{"me", "/settings/me", models.RoleEmployee, "/settings/me", nil},
		{"notices", "/notices", models.RoleEmployee, "/notices", nil},
		{"notices-none", "", models.RoleHR, "/notices", nil},
		{"notice-settings", "/settings/notices", models.RoleEmployee, "/settings/notices", nil},
		{"notice-settings-leader", "", models.RoleLeader, "/settings/notices", nil},
		{"menu", "", models.RoleEmployee, "/links", func(tab *tab) { tab.click(".topbar details.menu > summary") }},
		{"groups", "/groups", models.RoleEmployee, "/groups", nil},
		{"groups-found", "", models.RoleEmployee, "/groups?q=kaia", nil},
		{"groups-nothing", "", models.RoleEmployee, "/groups?q=zzz", nil},
		{"group-new", "/groups/new", models.RoleEmployee, "/groups/new", nil},
		{"group-new-refused", "", models.RoleEmployee, "/groups/new", func(tab *tab) { tab.sendEmpty("main form[data-guard]") }},
		{"talk-new", "/groups/talk", models.RoleEmployee, "/groups/talk?q=a&person=" + leads.ID.String(), nil},
		{"talk-new-refused", "", models.RoleEmployee, "/groups/talk?q=a", func(tab *tab) { tab.answered("main form button[formmethod]", 422) }},
		{"group", "/groups/:id", models.RoleEmployee, talk.open, nil},
		{"group-menu", "", models.RoleEmployee, talk.open, func(tab *tab) {
			tab.click("#compose details.more > summary")
			tab.click(".post .menu > summary")
		}},
		{"group-empty", "", models.RoleEmployee, talk.empty, nil},
		{"group-talk", "", models.RoleEmployee, talk.talk, nil},
		{"group-people", "/groups/:id/people", models.RoleEmployee, talk.closed + "/people?q=a", nil},
		{"group-edit", "/groups/:id/edit", models.RoleEmployee, talk.closed + "/edit", nil},
		{"group-edit-refused", "", models.RoleEmployee, talk.closed + "/edit", func(tab *tab) {
			tab.fill("name", "")
			tab.sendEmpty("main form[data-guard]")
		}},
		{"post", "/groups/:id/posts/:post", models.RoleEmployee, talk.post, func(tab *tab) { tab.click("main details.more > summary") }},
		{"post-refused", "", models.RoleEmployee, talk.post, func(tab *tab) {
			tab.click(`details[id^="report-"] > summary`)
			tab.sendEmpty("form[action$='/report']")
		}},
		{"forbidden", "", models.RoleEmployee, "/hr/jobs", nil},

		{"feedback", "/feedback", models.RoleEmployee, "/feedback", func(tab *tab) { tab.click("main .feedback details summary") }},
		{"feedback-none", "", models.RoleHR, "/feedback", nil},
		{"leader-home", "", models.RoleLeader, "/", nil},
		{"leader-waiting", "/leader/feedback", models.RoleLeader, "/leader/feedback", nil},
		{"leader-waiting-writing", "", models.RoleLeader, "/leader/feedback", func(tab *tab) { tab.click(`.waiting li .answer input[value="constructive"]`) }},
		{"leader-waiting-one", "/leader/feedback/:id", models.RoleLeader, "/leader/feedback/" + waits.one, func(tab *tab) { tab.click(`.answer input[value="thanks"]`) }},
		{"leader-waiting-none", "", models.RoleAdmin, "/leader/feedback", nil},
		{"leader-coverage", "/leader/feedback/coverage", models.RoleLeader, "/leader/feedback/coverage", nil},
		{"hr-coverage", "", models.RoleHR, "/leader/feedback/coverage", nil},
		{"hr-waiting", "", models.RoleHR, "/leader/feedback", nil},
		{"hr-feedback-rules", "/hr/feedback-rules", models.RoleHR, "/hr/feedback-rules", nil},
		{"leader", "/leader", models.RoleLeader, "/leader", nil},
		{"leader-talent", "/leader/talent", models.RoleLeader, "/leader/talent", nil},
		{"leader-talent-ask", "/leader/talent/ask", models.RoleLeader, "/leader/talent/ask?" + skill, nil},
		{"leader-proposals", "/leader/proposals", models.RoleLeader, "/leader/proposals", nil},
		{"leader-proposal", "/leader/proposals/:id", models.RoleLeader, "/leader/proposals/" + waiting, nil},
		{"leader-application", "/leader/applications/:id", models.RoleLeader, "/leader/applications/" + theirs, nil},
		{"leader-board", "/leader/jobs/:id/board", models.RoleLeader, "/leader/jobs/" + board + "/board", nil},
		{"leader-board-column", "/leader/jobs/:id/board/:stage", models.RoleLeader, "/leader/jobs/" + board + "/board/interview", nil},
		{"leader-bulk-done", "/leader/bulk/:id", models.RoleLeader, "/leader/bulk/" + bulk, nil},
		{"leader-cv", "/leader/applications/:id/cv/page", models.RoleLeader, "/leader/applications/" + withCV + "/cv/page", nil},
		{"leader-tell", "/leader/applications/:id/tell", models.RoleLeader, "/leader/applications/" + untold + "/tell", nil},

		{"hr-jobs", "/hr/jobs", models.RoleHR, "/hr/jobs", nil},
		{"hr-job-new", "/hr/jobs/new", models.RoleHR, "/hr/jobs/new", nil},
		{"hr-job", "/hr/jobs/:id", models.RoleHR, "/hr/jobs/" + open, nil},
		{"hr-job-draft", "", models.RoleHR, "/hr/jobs/" + draft.ID.String(), nil},
		{"hr-job-confirm", "", models.RoleHR, "/hr/jobs/" + open, func(tab *tab) { tab.click(`main form[action$="/status"] button`) }},
		{"hr-job-edit", "/hr/jobs/:id/edit", models.RoleHR, "/hr/jobs/" + open + "/edit", nil},
		{"hr-clip-new", "/hr/jobs/:id/clips/new", models.RoleHR, "/hr/jobs/" + open + "/clips/new", nil},
		{"hr-clip", "/hr/clips/:id", models.RoleHR, "/hr/clips/" + clip, nil},
		{"hr-captions", "/hr/clips/:id/captions/:lang/edit", models.RoleHR, "/hr/clips/" + clip + "/captions/nb/edit", nil},
		{"hr-clip-ready", "", models.RoleHR, "/hr/clips/" + ready.ID.String(), nil},
		{"hr-clip-people", "", models.RoleHR, "/hr/clips/" + inClip.ID.String() + "?colleague=a", nil},
		{"hr-clip-failed", "", models.RoleAdmin, "/hr/clips/" + failed.ID.String(), func(tab *tab) { tab.click("main details.more > summary") }},
		{"hr-clip-processing", "", models.RoleHR, "/hr/clips/" + making.ID.String(), nil},
		{"hr-clip-uploading", "", models.RoleHR, "/hr/clips/" + sent.ID.String(), nil},
		{"hr-clip-withdrawn", "", models.RoleHR, "/hr/clips/" + gone.ID.String(), nil},
		{"hr-proposals", "/hr/proposals", models.RoleHR, "/hr/proposals", nil},
		{"hr-proposal", "/hr/proposals/:id", models.RoleHR, "/hr/proposals/" + unwritten, nil},
		{"hr-applications", "/hr/applications", models.RoleHR, "/hr/applications", nil},
		{"hr-aside", "/hr/applications/aside", models.RoleHR, "/hr/applications/aside", nil},
		{"hr-application", "/hr/applications/:id", models.RoleHR, "/hr/applications/" + app, nil},
		{"hr-application-noted", "", models.RoleHR, "/hr/applications/" + discussed, func(tab *tab) { tab.click(".notes details summary") }},
		{"hr-note-refused", "", models.RoleHR, "/hr/applications/" + discussed, func(tab *tab) { tab.answered(`form[action$="/notes"] button`, 422) }},
		{"hr-applications-job", "", models.RoleHR, "/hr/applications?job=" + board, func(tab *tab) { tab.click("tbody .pick input") }},
		{"hr-board", "/hr/jobs/:id/board", models.RoleHR, "/hr/jobs/" + board + "/board", nil},
		{"hr-board-chosen", "", models.RoleHR, "/hr/jobs/" + board + "/board?open=rejected", func(tab *tab) {
			tab.click(`[data-stage="interview"] .pick input`)
			tab.click(`[data-stage="interview"] summary`)
		}},
		{"hr-board-column", "/hr/jobs/:id/board/:stage", models.RoleHR, "/hr/jobs/" + board + "/board/rejected", nil},
		{"hr-board-empty", "", models.RoleHR, "/hr/jobs/" + draft.ID.String() + "/board", nil},
		{"hr-bulk", "", models.RoleHR, "/hr/jobs/" + board + "/board", func(tab *tab) {
			tab.click(`[data-stage="interview"] [data-all] input`)
			tab.choose("do", "to:rejected")
			tab.answered("#bulk button", 200)
			tab.click("#tell")
		}},
		{"hr-bulk-refused", "", models.RoleHR, "/hr/jobs/" + board + "/board/interview", func(tab *tab) { // somebody who is gone
			tab.click(".pick input")
			eval[string](tab, `(document.querySelector(".pick input:checked").value = "")`)
			tab.answered("#bulk button", 422)
		}},
		{"hr-bulk-done", "/hr/bulk/:id", models.RoleHR, "/hr/bulk/" + bulk, nil},
		{"hr-cv", "/hr/applications/:id/cv/page", models.RoleHR, "/hr/applications/" + withCV + "/cv/page", nil},
		{"hr-tell", "/hr/applications/:id/tell", models.RoleHR, "/hr/applications/" + untold + "/tell", nil},
		{"hr-letter-preview", "/hr/applications/:id/letter", models.RoleHR, "/hr/applications/" + app + "/letter?stage=rejected", nil},
		{"hr-erase", "/hr/applications/:id/erase", models.RoleHR, "/hr/applications/" + app + "/erase", nil},
		{"leader-letter-preview", "/leader/applications/:id/letter", models.RoleLeader, "/leader/applications/" + theirs + "/letter?stage=interview", nil},
		{"hr-rules", "/hr/rules", models.RoleHR, "/hr/rules", nil},
		{"hr-letters", "/hr/letters", models.RoleHR, "/hr/letters", nil},
		{"hr-letter", "/hr/letters/:kind/:lang", models.RoleHR, "/hr/letters/received/nb", nil},
		{"hr-job-filled", "/hr/jobs/:id/filled", models.RoleHR, "/hr/jobs/" + open + "/filled", nil},
		{"hr-credit", "/hr/applications/:id/credit", models.RoleHR, "/hr/applications/" + app + "/credit", nil},
		{"hr-credits", "/hr/credits", models.RoleHR, "/hr/credits", nil},
		{"hr-credits-preview", "", models.RoleHR, "/hr/credits?policy=equal/1&window=14", nil},
		{"hr-referrals", "/hr/referrals", models.RoleHR, "/hr/referrals", nil},
		{"hr-referrals-channel", "", models.RoleHR, "/hr/referrals?group=channel&period=all", nil},
		{"hr-referrals-team", "", models.RoleHR, "/hr/referrals?group=employee&period=all&team=" + id(`select team_id::text from users where team_id is not null limit 1`), nil},
		{"hr-referrals-empty", "", models.RoleHR, "/hr/referrals?from=2020-01-01&to=2020-02-01", nil},
		{"hr-referrals-tables", "", models.RoleHR, "/hr/referrals?period=all", func(tab *tab) {
			eval[bool](tab, `(document.querySelectorAll("main details.more").forEach((d) => (d.open = true)), true)`)
		}},
		{"hr-report-days", "/hr/referrals/days", models.RoleHR, "/hr/referrals/days?period=all", nil},
		{"hr-report-hour", "", models.RoleHR, "/hr/referrals/days?period=all&weekday=1&hour=20", nil},
		{"hr-report-links", "/hr/referrals/links", models.RoleHR, "/hr/referrals/links?period=all&channel=linkedin", nil},
		{"hr-report-applications", "", models.RoleHR, "/hr/applications?source=referred&qualified=1&from=2020-01-01&to=2100-01-01", nil},
		{"hr-report-hits", "/hr/referrals/hits", models.RoleHR, "/hr/referrals/hits?period=all", nil},
		{"hr-report-hits-team", "", models.RoleHR, "/hr/referrals/hits?period=all&team=" + id(`select team_id::text from users where team_id is not null limit 1`), nil},
		{"hr-report-hits-empty", "", models.RoleHR, "/hr/referrals/hits?from=2020-01-01&to=2020-02-01", nil},
		{"hr-exports", "/hr/referrals/exports", models.RoleHR, "/hr/referrals/exports?period=all", nil},
		{"hr-talent", "/hr/talent", models.RoleHR, "/hr/talent", nil},
		{"hr-talent-team", "", models.RoleHR, "/hr/talent?by=team", nil},
		{"hr-talent-channel", "", models.RoleHR, "/hr/talent?by=channel", nil},
		{"hr-talent-ask", "/hr/talent/ask", models.RoleHR, "/hr/talent/ask?" + skill, nil},
		{"hr-stays", "/hr/stays", models.RoleHR, "/hr/stays", nil},
		{"hr-reward-plan", "/hr/jobs/:id/reward", models.RoleHR, "/hr/jobs/" + promised + "/reward", nil},
		{"hr-rewards", "/hr/rewards", models.RoleHR, "/hr/rewards", nil},
		{"hr-rewards-all", "", models.RoleHR, "/hr/rewards?state=all", nil},
		{"hr-rewards-forfeited", "", models.RoleHR, "/hr/rewards?state=forfeited", nil},
		{"hr-reward", "/hr/rewards/:id", models.RoleHR, "/hr/rewards/" + reward, nil},
		{"reported", "/reported/:id", models.RoleLeader, "/reported/" + id(`select id::text from post_reports where user_id = $1 and answer <> '' limit 1`, leads.ID), nil},
		{"hr-reported", "/hr/reported", models.RoleHR, "/hr/reported", nil},
		{"hr-reported-refused", "", models.RoleHR, "/hr/reported", func(tab *tab) { tab.sendEmpty("main form[data-guard]") }},
		{"hr-people", "/hr/people", models.RoleHR, "/hr/people", nil},
		{"hr-person-new", "/hr/people/new", models.RoleHR, "/hr/people/new", nil},
		{"hr-people-import", "/hr/people/import", models.RoleHR, "/hr/people/import", nil},
		{"hr-person", "/hr/people/:id", models.RoleHR, "/hr/people/" + mine.ID.String(), nil},
		{"hr-person-card", "", models.RoleHR, "/hr/people/" + shift.used.UserID.String(), nil},
		{"hr-cards", "/hr/cards", models.RoleHR, "/hr/cards", nil},
		{"hr-cards-sheet", "", models.RoleHR, "/hr/cards", func(tab *tab) {
			eval[bool](tab, `(document.querySelectorAll("[name=user]").forEach((box) => (box.checked = box.closest("li").textContent.includes("Nattskift"))), true)`)
			tab.click("#user [data-confirm]")
			tab.submit("dialog [value=yes]")
			tab.until(`document.querySelector(".card-sheet")`, patience)
		}},
		{"hr-posters", "/hr/posters", models.RoleHR, "/hr/posters?user=" + shift.used.UserID.String(), nil},
		{"hr-kiosks", "/hr/kiosks", models.RoleHR, "/hr/kiosks", nil},
		{"hr-kiosk-made", "", models.RoleHR, "/hr/kiosks", func(tab *tab) {
			tab.fill("name", "Kantina")
			tab.submit(`form[action="/hr/kiosks"] button`)
		}},
		{"hr-together", "", models.RoleHR, "/together", func(tab *tab) { tab.click("main details.more > summary") }},
		{"hr-thanks", "", models.RoleHR, "/thanks", nil},
		{"hr-teams", "/hr/teams", models.RoleHR, "/hr/teams", nil},
		{"hr-webhooks", "/hr/webhooks", models.RoleHR, "/hr/webhooks", nil},
		{"hr-webhooks-refused", "", models.RoleHR, "/hr/webhooks", func(tab *tab) { tab.sendEmpty("form[action='/hr/webhooks']") }},

		{"organisation", "/settings/organisation", models.RoleAdmin, "/settings/organisation", nil},
		{"identity", "/settings/identity", models.RoleAdmin, "/settings/identity", nil},
		{"identity-token", "", models.RoleAdmin, "/settings/identity", func(tab *tab) {
			tab.fill("token_name", "Okta")
			eval[string](tab, `(document.querySelector('form[action$="/tokens"]').action += location.search)`)
			tab.answered(`form[action*="/tokens?"] button`, 200)
		}},
		{"identity-refused", "", models.RoleAdmin, "/settings/identity", func(tab *tab) {
			tab.fill("group", "Kollega-Salg")
			eval[string](tab, `(document.querySelector('form[action$="/groups"]').action += location.search)`)
			tab.answered(`form[action*="/groups?"] button`, 422)
		}},
		{"audit", "/settings/audit", models.RoleAdmin, "/settings/audit", nil},
		{"audit-one", "", models.RoleAdmin, "/settings/audit?id=" + app, nil},
		{"audit-none", "", models.RoleAdmin, "/settings/audit?who=zzzz", nil},
	}
}

// noticed tells somebody of the open jobs, over some days.
func noticed(t *testing.T, s *handlerstest.Site, u models.User) {
	t.Helper()
	jobs, err := s.DB.OpenJobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, j := range jobs[:min(len(jobs), 6)] {
		if err := s.DB.Notify(t.Context(), models.Notice{UserID: u.ID, Kind: models.NoticeNewJob, About: j.ID, JobID: &j.ID}); err != nil {
			t.Fatal(err)
		}
		_, err := s.DB.Pool().Exec(t.Context(), `update notices set at = at - $2 * interval '9 hours', read_at = case when $2 > 2 then now() end where user_id = $3 and about = $1`, j.ID, i, u.ID)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// noticeStop is of a link that ends mails to somebody.
func noticeStop(t *testing.T, s *handlerstest.Site, u models.User) string {
	t.Helper()
	token, err := s.DB.NoticeStopToken(t.Context(), u.ID, models.NoticeMessage)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// channels are three webhooks: one that works, one that does not get through and one that was turned off.
func channels(t *testing.T, s *handlerstest.Site) {
	t.Helper()
	for _, c := range []struct{ kind, name, address, then string }{
		{"slack", "#jobber", "https://hooks.slack.com/services/T0/B0/x", `told_at = now() - interval '2 hours', tried_at = now()`},
		{"teams", "Alle på Fjordheim", "https://prod-1.westeurope.logic.azure.com/workflows/x", `failures = 3, last_reason = 'timeout', tried_at = now() - interval '5 minutes'`},
		{"mattermost", "Skipet", "https://chat.example.org/hooks/x", `failures = 20, last_reason = 'refused', last_status = 500, disabled_at = now(), tried_at = now() - interval '1 hour'`},
	} {
		w, err := s.DB.AddWebhook(t.Context(), models.System(), models.WebhookInput{Kind: c.kind, Name: c.name, Address: c.address, Events: []string{models.EventNewJob, models.EventQuestion}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.DB.Pool().Exec(t.Context(), "update webhooks set "+c.then+" where id = $1", w.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// changed is a change of several applications for the job, of which somebody else moved one first, with letters that wait.
func changed(t *testing.T, s *handlerstest.Site, by models.User, job uuid.UUID) (bulk, first string) {
	t.Helper()
	in := models.BulkInput{ID: models.NewID(), JobID: job, To: models.StageRejected, Tell: true}
	for n := range 4 {
		a := s.Application(models.Job{ID: job}, nil, models.Application{Candidate: &models.Candidate{Name: []string{"Ada Ek", "Bo Lie", "Cem Vik", "Dag Moe"}[n]}})
		in.Chosen = append(in.Chosen, models.Chosen{ID: a.ID, From: models.StageNew})
	}
	if _, err := s.DB.MoveStage(t.Context(), demoPerson(t, s, models.RoleHR), in.Chosen[0].ID, models.StageInterview, ""); err != nil {
		t.Fatal(err)
	}
	if err := s.DB.ChangeSeveral(t.Context(), by, in); err != nil {
		t.Fatal(err)
	}
	return in.ID.String(), in.Chosen[0].ID.String()
}

// rewarded has somebody hired who came by a link of u's, and gives the reward.
func rewarded(t *testing.T, s *handlerstest.Site, u models.User, job string) string {
	t.Helper()
	ctx, id := t.Context(), uuid.MustParse(job)
	link, _, err := s.DB.MakeLink(ctx, u, u.ID, id, "email")
	if err != nil {
		t.Fatal(err)
	}
	app, _, _, err := s.DB.Apply(ctx, models.Applying{JobID: id, Name: "Siv Søker", Email: "siv@example.com", Link: &link})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.MoveStage(ctx, models.System(), app.ID, models.StageHired, ""); err != nil {
		t.Fatal(err)
	}
	return one[string](t, s, `select id::text from rewards where application_id = $1`, app.ID)
}

// aside is an application that waits for a decision.
func aside(t *testing.T, s *handlerstest.Site, job string) {
	t.Helper()
	in := models.HandedIn{JobTitle: "Elektriker", Applying: models.Applying{
		ID: models.NewID(), At: s.DB.Now(), JobID: uuid.MustParse(job), Name: "Siri Søker", Email: "siri@example.org", Message: "Jeg liker havet.",
	}}
	if err := s.DB.SetAside(t.Context(), in, models.AsideClosed); err != nil {
		t.Fatal(err)
	}
}

// stayToken is of a question that waits for the leader.
func stayToken(t *testing.T, s *handlerstest.Site, leader models.User) string {
	t.Helper()
	open, _, err := s.DB.Stays(t.Context(), leader, true)
	if err != nil || len(open) == 0 {
		t.Fatalf("%d questions wait for the leader: %v", len(open), err)
	}
	token, err := s.DB.StayToken(t.Context(), open[0].ID, leader.ID)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// unmet makes the job require what nobody has been found for.
func unmet(t *testing.T, s *handlerstest.Site, job models.Job) {
	t.Helper()
	_, err := s.DB.Pool().Exec(t.Context(), `
		with skill as (insert into skills (id, name, name_key, created_at) values (gen_random_uuid(), 'Dekksoffisersertifikat', 'dekksoffisersertifikat', now()) returning id)
		insert into job_skills (job_id, skill_id, need, position) select $1, id, 'required', 0 from skill`, job.ID)
	if err != nil {
		t.Fatal(err)
	}
}

// printed says of a clip why it failed, as ffmpeg printed it.
func printed(t *testing.T, s *handlerstest.Site, clip uuid.UUID) {
	t.Helper()
	why := "ffmpeg: exit status 1: av_interleaved_write_frame(): No space left on device\n" +
		"[out#0/mp4 @ 0x55d0c8f3a2c0] Error writing trailer of file:/data/work/clip-1834627/720.mp4: No space left on device"
	if _, err := s.DB.Pool().Exec(t.Context(), "update clips set error_detail = $2 where id = $1", clip, why); err != nil {
		t.Fatal(err)
	}
}

// takenBack says yes, and takes it back.
func takenBack(t *testing.T, s *handlerstest.Site, token string) {
	t.Helper()
	err := s.DB.AnswerConsent(t.Context(), token, true, "")
	if err == nil {
		err = s.DB.WithdrawConsent(t.Context(), token)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// late lets a proposal lie with HR for more than a week.
func late(t *testing.T, s *handlerstest.Site, proposal string) {
	t.Helper()
	if _, err := s.DB.Pool().Exec(t.Context(), "update clip_proposals set held_since = now() - interval '8 days' where id = $1", proposal); err != nil {
		t.Fatal(err)
	}
}

// sendEmpty sends a form past the browser's own checks, to see what we say about it.
func (tab *tab) sendEmpty(form string) {
	tab.t.Helper()
	eval[bool](tab, "(document.querySelector("+strconv.Quote(form)+").noValidate = true)")
	tab.answered(form+" button:not([type=button])", 422)
}

// candidateToken opens the page of an application's candidate.
func candidateToken(t *testing.T, s *handlerstest.Site, app string) string {
	t.Helper()
	a, err := s.DB.Application(t.Context(), models.System(), uuid.MustParse(app))
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.DB.NewCandidateToken(t.Context(), a.CandidateID)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// owedOnes are things that the leader owes: one to be answered on its page, one by the link in a mail, and one that was by that link.
type owedOnes struct{ one, link, used string }

// owedAnswers has colleagues share a job, of whom one is answered, and gives somebody feedback of every kind.
func owedAnswers(t *testing.T, s *handlerstest.Site, leader models.User, job models.Job, mine models.User) (o owedOnes) {
	t.Helper()
	ctx := t.Context()
	for n, name := range []string{"Åse Berg", "Nils Vik", "Oda Lie"} {
		u := s.User(models.User{Name: name})
		for _, channel := range []string{"linkedin", "facebook", "qr"}[:n+1] {
			if _, _, err := s.DB.MakeLink(ctx, u, u.ID, job.ID, channel); err != nil {
				t.Fatal(err)
			}
		}
		w, err := s.DB.OwnWaiting(ctx, u)
		if err != nil || len(w) != 1 {
			t.Fatalf("%s waits for %d things %v", name, len(w), err)
		}
		token, err := s.DB.AnswerToken(ctx, w[0].ID, leader.ID)
		if err != nil {
			t.Fatal(err)
		}
		switch n {
		case 0:
			o.one = w[0].ID.String()
		case 1:
			o.link = token
		case 2:
			o.used = token
			in := models.FeedbackInput{Kind: models.FeedbackThanks, Text: "Takk for at du delte!"}
			if _, err := s.DB.GiveFeedback(ctx, leader, u.ID, []uuid.UUID{w[0].ID}, in); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, in := range [][4]string{
		{models.FeedbackPraise, "Filmen din fikk hele pauserommet til å le. Det er slik vi er.", "", ""},
		{models.FeedbackConstructive, "Du skrev fint om laget.", "Det er vanskelig å se hvor stillingen er.", "Nevn byen i første setning."},
	} {
		if _, err := s.DB.Pool().Exec(ctx, `insert into feedback (id, from_id, to_id, kind, text, better, suggestion, at) values (gen_random_uuid(), $1, $2, $3, $4, $5, $6, now())`,
			leader.ID, mine.ID, in[0], in[1], in[2], in[3]); err != nil {
			t.Fatal(err)
		}
	}
	return o
}
