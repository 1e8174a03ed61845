package hr

import (
	"encoding/json"

	"kollega/internal/i18n"
)

// plot is what report.js draws: every word and number of it stands in the table beside it, too.
type plot struct {
	Kind   string       `json:"kind"`
	About  string       `json:"about"` // what it shows, in a sentence
	Items  []plotItem   `json:"items"` // in the order of the arrow keys
	Row    int          `json:"row,omitempty"`
	Names  []string     `json:"names,omitempty"`
	Sides  []string     `json:"sides,omitempty"`
	Series []plotSeries `json:"series,omitempty"`
	Nodes  []plotNode   `json:"nodes,omitempty"`
}

type plotItem struct {
	Name  string `json:"name,omitempty"`
	Value int64  `json:"value"`
	Say   string `json:"say"`
	Href  string `json:"href,omitempty"`
	From  string `json:"source,omitempty"` // of a flow
	To    string `json:"target,omitempty"`
}

type plotSeries struct {
	Name   string  `json:"name"`
	Values []int64 `json:"values"`
	Right  bool    `json:"right,omitempty"` // by the axis on the right, which has smaller numbers
}

type plotNode struct {
	ID    string `json:"name"`
	Name  string `json:"say"`
	Depth int    `json:"depth"`
}

func (pl plot) json() string {
	raw, err := json.Marshal(pl)
	if err != nil {
		panic(err) // strings and numbers
	}
	return string(raw)
}

func (v funnelView) plot(p *i18n.Printer) string {
	pl := plot{Kind: "funnel"}
	for _, s := range v.Steps {
		name := p.T("report.step." + s.Key)
		pl.Items = append(pl.Items, plotItem{Name: name, Value: s.N, Say: name + ": " + p.Num(s.N), Href: s.Href})
	}
	first, last := v.Steps[1], v.Steps[len(v.Steps)-1]
	pl.About = p.T("report.funnel.about", "Clicks", p.Num(first.N), "Hires", p.Num(last.N))
	return pl.json()
}

func (v timesView) plot(p *i18n.Printer) string {
	pl := plot{Kind: "lines", Series: []plotSeries{
		{Name: p.T("report.step.clicks")},
		{Name: p.T("report.step.views")},
		{Name: p.T("report.step.applications"), Right: true},
		{Name: p.T("report.step.qualified"), Right: true},
		{Name: p.T("report.step.hires"), Right: true},
	}}
	var clicks, applications int64
	for _, row := range v.Rows {
		values := []int64{row.Clicks, row.Views, row.Applications, row.Qualified, row.Hires}
		say := row.Name
		for i, n := range values {
			pl.Series[i].Values = append(pl.Series[i].Values, n)
			say += "\n" + pl.Series[i].Name + ": " + p.Num(n)
		}
		pl.Names = append(pl.Names, row.Name)
		pl.Items = append(pl.Items, plotItem{Value: row.Clicks, Say: say, Href: row.Days})
		clicks, applications = clicks+row.Clicks, applications+row.Applications
	}
	pl.Sides = []string{p.T("report.axis.visits"), p.T("report.axis.applications")}
	pl.About = p.T("report.times.about", "Clicks", p.Num(clicks), "Applications", p.Num(applications), "Steps", len(v.Rows))
	return pl.json()
}

func (v weekView) plot(p *i18n.Printer) string {
	pl := plot{Kind: "heat", Row: 24, Names: v.HourNames(), About: p.T("report.week.about", "Busy", v.Busy)}
	for _, d := range v.Days {
		pl.Sides = append(pl.Sides, d.Name)
		for _, h := range d.Hours {
			pl.Items = append(pl.Items, plotItem{Value: h.N, Say: h.Say, Href: h.Href})
		}
	}
	return pl.json()
}

// flowsPlot draws the ways of rows, of so many teams.
func flowsPlot(p *i18n.Printer, rows []flowRow, teams int) string {
	pl := plot{Kind: "flows"}
	flows := map[[2]string]int64{}
	var order [][2]string
	names := map[string]string{}
	add := func(from, to string, n int64) {
		key := [2]string{from, to}
		if _, known := flows[key]; !known {
			order = append(order, key)
		}
		flows[key] += n
	}
	node := func(id, name string, depth int) string {
		if _, known := names[id]; !known {
			names[id] = name
			pl.Nodes = append(pl.Nodes, plotNode{id, name, depth})
		}
		return id
	}
	for _, row := range rows {
		team := node("t"+row.teamID, row.Team, 0)
		channel := node("c"+row.channel, row.Channel, 1)
		add(team, channel, row.Sum)
		for _, cell := range row.Cells {
			if cell.N > 0 {
				add(channel, node("o"+cell.Outcome, p.T("report.outcome."+cell.Outcome), 2), cell.N)
			}
		}
	}
	for _, key := range order {
		n := flows[key]
		pl.Items = append(pl.Items, plotItem{Value: n, From: key[0], To: key[1], Say: names[key[0]] + " → " + names[key[1]] + ": " + p.Num(n)})
	}
	pl.About = p.T("report.flows.about", "Teams", teams)
	return pl.json()
}
