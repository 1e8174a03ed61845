package hr

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/internal/i18n"
	"kollega/models"
)

// auditView is an entry in words, with the ways on from it.
func (h *Handlers) auditView(c echo.Context, e models.AuditEntry) auditView {
	p := h.Printer(c)
	v := auditView{AuditEntry: e, Who: auditWho(p, e), Does: p.T("audit.verb." + e.Verb), What: p.T("audit.kind." + e.Kind), Href: auditHref(e), Details: auditDetails(p, e)}
	switch {
	case e.Gone:
		v.What += " · " + e.Label + " (" + p.T("audit.gone") + ")"
	case e.Label != "":
		v.What += " · " + e.Label
	case e.SubjectID != nil && e.Verb != models.DidLogIn:
		v.What += " (" + p.T("audit.gone") + ")"
	}
	if e.SubjectID != nil {
		v.Same = auditInput{ID: e.SubjectID.String()}.address(auditPage, "")
	}
	if e.UserID != nil {
		v.SameWho = auditInput{Who: e.UserID.String()}.address(auditPage, "")
	}
	return v
}

// auditWho is who an entry says it was; of a program, whose token it had.
func auditWho(p *i18n.Printer, e models.AuditEntry) string {
	switch e.Actor {
	case models.ActorPerson:
		return e.Name
	case models.ActorToken:
		return p.T("audit.actor.token", "Name", e.Name)
	}
	return p.T("audit.actor." + e.Actor)
}

// auditHref is the page of an entry's subject, where it has one that is still there.
func auditHref(e models.AuditEntry) string {
	if e.SubjectID == nil || e.Label == "" || e.Gone {
		return ""
	}
	id := e.SubjectID.String()
	switch e.Kind {
	case models.OfApplication, models.OfCandidate, models.OfCV, models.OfLetter, models.OfNote, models.OfAppeal, models.OfReward:
		return allApplications + "/" + id
	case models.OfCredit:
		return allApplications + "/" + id + "/credit"
	case models.OfSuggestion:
		return "/suggestions/" + id
	case models.OfQuestion:
		return "/questions/" + id
	case models.OfJob, models.OfPlan, models.OfComparison:
		return "/hr/jobs/" + id
	case models.OfClip, models.OfCaptions, models.OfConsent:
		return "/hr/clips/" + id
	case models.OfProposal:
		return "/hr/proposals/" + id
	case models.OfUser, models.OfCard, models.OfPosters:
		return "/hr/people/" + id
	}
	return ""
}

// auditDetails are an entry's details as people read them; ids that lead to nobody are left to the file.
func auditDetails(p *i18n.Printer, e models.AuditEntry) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(e.Details)) {
		label := "audit.detail." + key
		switch v := e.Details[key].(type) {
		case bool:
			if !v {
				label += ".no"
			}
			if p.Has(label) {
				out = append(out, p.T(label))
			}
		case float64:
			out = append(out, auditLabel(p, key)+": "+p.Num(v))
		case string:
			if key == "person" {
				v = e.Person
			}
			if v != "" && (p.Has(label) || p.Has("rules."+key)) {
				out = append(out, auditLabel(p, key)+": "+auditValue(p, key, v))
			}
		}
	}
	return out
}

// auditLabel is what a detail is called; the rules' have names of their own.
func auditLabel(p *i18n.Printer, key string) string {
	if label := "audit.detail." + key; p.Has(label) {
		return p.T(label)
	}
	return p.T("rules." + key)
}

// auditValue is a code in words, a change as from and to, a list of fields by their names.
func auditValue(p *i18n.Printer, key, value string) string {
	if from, to, ok := strings.Cut(value, ">"); ok {
		return auditCode(p, key, from) + " → " + auditCode(p, key, to)
	}
	if key == "person" {
		return value
	}
	var words []string
	for code := range strings.SplitSeq(value, ",") {
		words = append(words, auditCode(p, key, code))
	}
	return strings.Join(words, ", ")
}

// auditCodes say where the words of a detail's codes are.
var auditCodes = map[string][]string{
	"stage": {"stage."}, "status": {"job.status.", "clip.status."}, "role": {"role."}, "reason": {"erase.reason."},
	"outcome": {"appeal.outcome."}, "mark": {"audit.mark."}, "stay": {"stay.answer."}, "export": {"export.kind."}, "fields": {"audit.field."}, "cause": {"audit.cause."}, "letter": {"letter.kind."},
	"step": {"audit.step."}, "language": {"language."}, "policy": {"credit.policy."}, "state": {"reward.state."},
	"kind": {"reward.kind."}, "owed_share": {"owed.who."}, "owed_clip": {"owed.who."}, "owed_answer": {"owed.who."}, "owed_wording": {"owed.who."}, "owed_turn": {"owed.who."}, "reward_cause": {"reward.cause."}, "colleague_learns": {"candidate.learns."}, "service": {"webhooks.kind."},
}

func auditCode(p *i18n.Printer, key, code string) string {
	word := strings.TrimSuffix(code, "/1") // of a policy
	for _, prefix := range auditCodes[key] {
		if p.Has(prefix + word) {
			return p.T(prefix + word)
		}
	}
	return code
}

// auditLine is an entry as a line of the file: codes as words, and every id.
func (h *Handlers) auditLine(c echo.Context, e models.AuditEntry) []any {
	p := h.Printer(c)
	user, subject := "", ""
	if e.UserID != nil {
		user = e.UserID.String()
	}
	if e.SubjectID != nil {
		subject = e.SubjectID.String()
	}
	return []any{
		e.At.UTC().Format(time.RFC3339), auditWho(p, e), user, p.T("audit.verb." + e.Verb), p.T("audit.kind." + e.Kind), e.Label, subject,
		strings.Join(auditDetails(p, e), "; "),
	}
}
