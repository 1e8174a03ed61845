package hr

import (
	"net/url"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/internal/i18n"
	"kollega/models"
)

// Addresses of the report and of the lists behind its numbers.
const (
	reportPage = "/hr/referrals"
	daysPage   = "/hr/referrals/days"
	linksPage  = "/hr/referrals/links"
	exportPage = "/hr/referrals/exports"
)

// reportInput is what a report, or a list behind it, is asked for: all of it is in the address.
type reportInput struct {
	Group   string `query:"group"`
	Period  string `query:"period" form:"period"`
	From    string `query:"from" form:"from"`
	To      string `query:"to" form:"to"`
	Job     string `query:"job" form:"job"`
	Team    string `query:"team" form:"team"` // an id, or "none"
	Channel string `query:"channel" form:"channel"`
	Clip    string `query:"clip" form:"clip"`
	Skill   string `query:"skill" form:"skill"`
	User    string `query:"user" form:"user"` // only of lists
	All     bool   `query:"all"`              // every row, however many
}

// filter reads what is named by an id; what names nothing is not found.
func (in reportInput) filter() (f models.ReferralFilter, err error) {
	for _, id := range []struct {
		asked string
		to    **uuid.UUID
	}{{in.Job, &f.JobID}, {in.Clip, &f.ClipID}, {in.Skill, &f.SkillID}, {in.User, &f.UserID}} {
		if err := parseID(id.asked, id.to); err != nil {
			return f, err
		}
	}
	f.GroupBy, f.Team, f.Channel = in.Group, in.Team, in.Channel
	return f, checkWords(in.Team, in.Channel)
}

// parseID reads an id where there is one.
func parseID(asked string, to **uuid.UUID) error {
	if asked == "" {
		return nil
	}
	id, err := uuid.Parse(asked)
	if err != nil {
		return models.ErrNotFound
	}
	*to = &id
	return nil
}

// checkWords is ErrNotFound where a team is no id, or a channel none of ours.
func checkWords(team, channel string) error {
	if _, err := uuid.Parse(team); team != "" && team != models.None && err != nil {
		return models.ErrNotFound
	}
	if channel != "" && channel != models.None && !models.Channels.Has(channel) {
		return models.ErrNotFound
	}
	return nil
}

// readReport reads what was asked for; what was refused comes with an error.
func (h *Handlers) readReport(c echo.Context) (report, error) {
	var r report
	if err := c.Bind(&r.in); err != nil {
		return r, err
	}
	if !models.ReferralGroups.Has(r.in.Group) {
		r.in.Group = models.ReferralGroups[0]
	}
	var err error
	if r.filter, err = r.in.filter(); err != nil {
		return r, err
	}
	r.period, err = readPeriod(r.in.Period, r.in.From, r.in.To, h.Now())
	r.filter.From, r.filter.To = r.period.From, r.period.To
	if err == nil {
		r.in.From, r.in.To = day(r.period.From), day(r.period.To)
	}
	return r, err
}

// report is what a report was asked for, and its answer.
type report struct {
	models.Report

	in     reportInput
	period period
	filter models.ReferralFilter
}

// narrowed is what the report is narrowed to, as an address keeps it, without its time.
func (r report) narrowed() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{
		"job": r.in.Job, "team": r.in.Team, "channel": r.in.Channel, "clip": r.in.Clip, "skill": r.in.Skill, "user": r.in.User,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// address is the same report by another group or over another period.
func (r report) address(path, group string, p period) string {
	q := r.narrowed()
	p.query(q)
	q.Set("group", group)
	return address(path, q)
}

// behind is the list behind a number of the report: its time and what it is narrowed to, and more besides.
func (r report) behind(path string, more ...string) string {
	q := r.narrowed()
	r.period.days(q)
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return address(path, q)
}

// filtersBody are the fields that narrow a report.
type filtersBody struct {
	Jobs, Teams, Channels, Clips, Skills []option
}

func (h *Handlers) filters(c echo.Context) (b filtersBody, err error) {
	ctx, p := c.Request().Context(), h.Printer(c)
	jobs, err := h.DB.JobTitles(ctx, nil)
	if err != nil {
		return b, err
	}
	teams, clips, skills, err := h.DB.ReportChoices(ctx)
	b.Jobs = h.jobOptions(c, jobs)
	b.Teams = append(choices(p.T("report.all.team"), teams), option{models.None, p.T("referrals.none.team")})
	b.Clips, b.Skills = choices(p.T("report.all.clip"), clips), choices(p.T("report.all.skill"), skills)
	b.Channels = []option{{"", p.T("report.all.channel")}}
	for _, channel := range models.Channels {
		b.Channels = append(b.Channels, option{channel, p.T("channel." + channel)})
	}
	return b, err
}

func choices(all string, cs []models.Choice) []option {
	options := []option{{"", all}}
	for _, c := range cs {
		options = append(options, option{c.ID.String(), c.Name})
	}
	return options
}

// words says what a list is narrowed to, each a name and a value.
func (b filtersBody) words(p *i18n.Printer, in reportInput) []string {
	var words []string
	for _, f := range []struct {
		label, value string
		options      []option
	}{
		{"applications.job", in.Job, b.Jobs},
		{"referrals.by.team", in.Team, b.Teams},
		{"referrals.by.channel", in.Channel, append(b.Channels, option{models.None, p.T("report.no_link")})},
		{"referrals.by.clip", in.Clip, b.Clips},
		{"referrals.by.skill", in.Skill, b.Skills},
	} {
		for _, o := range f.options {
			if f.value != "" && o.Value == f.value {
				words = append(words, p.T("report.filter", "Name", p.T(f.label), "Value", o.Label))
			}
		}
	}
	return words
}
