package hr

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/models"
)

// evidence says in words what the shares of a colleague, or of a team, brought; of how many of a team is not for a leader, who may be one of them.
func evidence(p *i18n.Printer, e models.Evidence, team bool) string {
	jobs := p.N("talent.jobs", int(e.Jobs))
	if e.Jobs == 1 {
		jobs = p.T("talent.job", "Title", e.Title)
	}
	said := p.T("talent.evidence", "Jobs", jobs, "Found", found(p, e))
	if team {
		said = p.T("talent.evidence_team", "People", p.N("talent.people", int(e.People)), "Jobs", jobs, "Found", found(p, e))
	}
	if e.Hires > 0 {
		said += " " + p.N("talent.hired", int(e.Hires))
	}
	return said + " " + p.T("talent.last", "Month", p.Month(e.Last.In(time.Local)))
}

// found says how many applications there were and how many of them were qualified.
func found(p *i18n.Printer, e models.Evidence) string {
	switch {
	case e.Applications == 1 && e.Qualified == 1:
		return p.T("talent.found.one_qualified")
	case e.Applications == 1:
		return p.T("talent.found.one")
	case e.Qualified == 0:
		return p.N("talent.found.none_qualified", int(e.Applications))
	}
	return p.N("talent.found.many", int(e.Applications), "Qualified", p.N("talent.found.qualified", int(e.Qualified)))
}

type askBody struct {
	Back   string
	Skill  string
	House  string // where the question is put to colleagues in Kollega; empty for one of them
	Name   string // of a colleague or a team; empty: everybody
	Reason string // the evidence, for who asks alone
	Words  string
	Mail   string // a draft
	Draft  string // the same, for the words as they are changed
}

// AskColleague gives words to ask a colleague, a team or everybody for somebody with a skill. Nothing is sent by itself.
func (h *Handlers) AskColleague(c echo.Context) error {
	at, led := talentAt(c)
	ctx := c.Request().Context()
	t, err := h.DB.Talent(ctx, *web.User(c), led, models.TalentGroups[0])
	if err != nil {
		return err
	}
	s, ok := find(t.Required, c.QueryParam("skill"), func(s models.NeededSkill) uuid.UUID { return s.ID })
	if !ok {
		return models.ErrNotFound
	}
	p, g := h.Printer(c), h.gap(c, t, s)
	b := askBody{Back: at + "#skill-" + s.ID.String(), Skill: s.Name, House: "/questions/new?skill=" + s.ID.String()}
	words, to := "talent.words.all", ""
	switch user, team := c.QueryParam("user"), c.QueryParam("team"); {
	case user != "":
		e, ok := find(g.People, user, func(e evidenceView) uuid.UUID { return e.ID })
		if !ok {
			return models.ErrNotFound
		}
		u, err := h.DB.User(ctx, e.ID)
		if err != nil {
			return err
		}
		b.House = ""
		b.Name, b.Reason, words, to = u.Name, e.Words, "talent.words.person", u.Email
	case team != "":
		e, ok := find(g.Teams, team, func(e evidenceView) uuid.UUID { return e.ID })
		if !ok {
			return models.ErrNotFound
		}
		b.House += "&team=" + e.ID.String()
		b.Name, b.Reason, words = e.Name, e.Words, "talent.words.team"
	}
	var links []string
	for _, j := range s.Jobs {
		links = append(links, j.Title+": "+h.URL("/share/"+j.ID.String()))
	}
	b.Words = p.T(words, "Name", b.Name, "Skill", s.Name, "Links", strings.Join(links, "\n"))
	b.draft(to, p.T("talent.words.subject", "Skill", s.Name))
	return h.Render(c, "hr/talent_ask.html", p.T("talent.ask"), b)
}

// draft makes the address that opens a mail to be sent by hand.
func (b *askBody) draft(to, subject string) {
	escaped := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	b.Draft = "mailto:" + url.PathEscape(to) + "?subject=" + escaped(subject) + "&body={text}"
	b.Mail = strings.Replace(b.Draft, "{text}", escaped(b.Words), 1)
}

// find is the one of that id.
func find[T any](all []T, id string, of func(T) uuid.UUID) (one T, ok bool) {
	i := slices.IndexFunc(all, func(x T) bool { return of(x).String() == id })
	if i < 0 {
		return one, false
	}
	return all[i], true
}
