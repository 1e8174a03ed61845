package hr

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"kollega/internal/i18n"
	"kollega/models"
)

// sourcesView compares where applications come from.
type sourcesView struct {
	Rows   []sourceRow
	Total  int64 // applications
	Half   models.Concentration
	Hidden bool // by person, team and channel only referred ones are known
}

// HalfCount is how few hold half of the credit, as plurals want it.
func (v sourcesView) HalfCount() int { return int(v.Half.Half) }

type sourceRow struct {
	models.SourceCount
	Share                      string // of all applications
	QualifiedRate, HiredRate   string
	TooFew                     bool
	Median                     *float64 // days to the hire; nil where there are too few
	Href, QualifiedAt, HiredAt string
}

func sourcesOf(p *i18n.Printer, r report) sourcesView {
	v := sourcesView{Half: r.Concentration, Hidden: r.in.Team+r.in.Channel != ""}
	for _, s := range r.Sources {
		v.Total += s.Applications
	}
	for _, s := range r.Sources {
		if s.Source == models.SourceUncredited && s.Applications == 0 {
			continue
		}
		row := sourceRow{SourceCount: s, Href: r.behind(allApplications, "source", s.Source)}
		row.QualifiedAt = r.behind(allApplications, "source", s.Source, "qualified", "1")
		row.HiredAt = r.behind(allApplications, "source", s.Source, "stage", models.StageHired)
		row.Share, _ = rate(p, s.Applications, v.Total)
		row.QualifiedRate, row.TooFew = rate(p, s.Qualified, s.Applications)
		row.HiredRate, _ = rate(p, s.Hired, s.Applications)
		for _, t := range r.Stages {
			if t.Stage == models.StageHired && t.Source == s.Source && t.N >= enoughTimes {
				days := r.stageRow(t).Median
				row.Median = &days
			}
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

// retentionRow is who stayed of those hired, at one mark, of one source.
type retentionRow struct {
	models.RetentionRow

	Unclear int64  // nobody knows, or nobody has answered
	Rate    string // still there, of those of whom it is known; empty where there are too few
}

func retentionOf(p *i18n.Printer, r report) []retentionRow {
	var rows []retentionRow
	for _, s := range r.Retention {
		if s.Source == models.SourceUncredited && s.Hires == 0 {
			continue // rare, and then not worth three empty lines
		}
		row := retentionRow{RetentionRow: s, Unclear: s.Unknown + s.Silent()}
		if s.Enough() {
			row.Rate = p.T("watching.percent", "N", p.Num(math.Round(s.Share())))
		}
		rows = append(rows, row)
	}
	return rows
}

// flowsView is the way from teams over channels to outcomes.
type flowsView struct {
	Rows []flowRow
	All  string // where every team is, where they are so many that the smaller ones stand together
	Plot string
}

// flowRow is a team and a channel.
type flowRow struct {
	Team, Channel         string // in words
	team, channel, teamID string
	Cells                 []flowCell // in the order of models.Outcomes; what stands together has no list behind
	Sum                   int64
}

type flowCell struct {
	Outcome string
	N       int64
	Href    string
}

func flowsOf(p *i18n.Printer, r report) flowsView {
	var v flowsView
	for _, f := range r.Flows {
		at := slices.IndexFunc(v.Rows, func(row flowRow) bool { return row.teamID == f.Team && row.channel == f.Channel })
		if at < 0 {
			row := flowRow{Team: f.TeamName, Channel: p.T("report.no_link"), teamID: f.Team, team: f.Team, channel: f.Channel}
			if f.Team == "" {
				row.team, row.Team = models.None, p.T("referrals.none.team")
			}
			channel := f.Channel
			if channel != "" {
				row.Channel = p.T("channel." + channel)
			} else {
				channel = models.None
			}
			for _, o := range models.Outcomes {
				row.Cells = append(row.Cells, flowCell{Outcome: o, Href: r.behind(allApplications, "team", row.team, "channel", channel, "outcome", o)})
			}
			at, v.Rows = len(v.Rows), append(v.Rows, row)
		}
		row := &v.Rows[at]
		row.Cells[slices.Index(models.Outcomes, f.Outcome)].N += f.N
		row.Sum += f.N
	}
	bySum := func(a, b flowRow) int { return cmp.Compare(b.Sum, a.Sum) }
	slices.SortStableFunc(v.Rows, bySum)
	rows, teams := together(v.Rows, p.T("report.other_teams"))
	slices.SortStableFunc(rows, bySum)
	v.Plot = flowsPlot(p, rows, teams)
	if len(rows) < len(v.Rows) && !r.in.All {
		v.Rows, v.All = rows, r.everything()+"#flows"
	}
	return v
}

// shownTeams is how many teams are shown by themselves: more would be threads in the plot, and hundreds of lines in its table.
const shownTeams = 8

// together puts all but the largest teams into one of that name, channel by channel, and tells how many teams there are.
func together(rows []flowRow, name string) (out []flowRow, teams int) {
	sums := map[string]int64{}
	for _, row := range rows {
		sums[row.teamID] += row.Sum
	}
	largest := slices.SortedFunc(maps.Keys(sums), func(a, b string) int { return cmp.Or(cmp.Compare(sums[b], sums[a]), cmp.Compare(a, b)) })
	largest = largest[:min(len(largest), shownTeams)]
	others := map[string]int{} // by channel, where their row is
	for _, row := range rows {
		if slices.Contains(largest, row.teamID) {
			out = append(out, row)
			continue
		}
		at, known := others[row.channel]
		if !known {
			at = len(out)
			others[row.channel] = at
			out = append(out, flowRow{Team: name, Channel: row.Channel, teamID: "others", channel: row.channel, Cells: make([]flowCell, len(row.Cells))})
		}
		for i, cell := range row.Cells {
			out[at].Cells[i].Outcome = cell.Outcome
			out[at].Cells[i].N += cell.N
		}
		out[at].Sum += row.Sum
	}
	return out, len(sums)
}
