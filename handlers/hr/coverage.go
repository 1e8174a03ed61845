package hr

import (
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/models"
)

// coverageBody is how those who did something were answered.
type coverageBody struct {
	models.Coverage

	HR      bool
	Period  int // weeks
	Plot    string
	Least   int // people that a group needs
	Waiting int // people who wait for whoever looks
}

// Coverage shows a leader how the own people are answered, and HR all teams.
func (h *Handlers) Coverage(c echo.Context) error {
	ctx, user := c.Request().Context(), *web.User(c)
	cover, err := h.DB.Coverage(ctx, user, false)
	if err != nil {
		return err
	}
	b := coverageBody{Coverage: cover, HR: user.Is(models.RoleHR), Period: models.CoverageWeeks, Least: models.SmallestGroup}
	if b.Waiting, err = h.DB.CountWaiting(ctx, user); err != nil {
		return err
	}
	b.Plot = coveragePlot(h.Printer(c), cover.Weeks)
	return h.Render(c, "leader/coverage.html", h.Printer(c).T("coverage.title"), b)
}

// coveragePlot draws the weeks that are told; empty where there are not two.
func coveragePlot(p *i18n.Printer, weeks []models.CoverageWeek) string {
	pl := plot{Kind: "lines", Series: []plotSeries{{Name: p.T("coverage.owed")}, {Name: p.T("coverage.in_time")}}}
	var owed, inTime int64
	for _, w := range weeks {
		if w.Small() {
			continue
		}
		name := p.Date(w.Monday)
		pl.Names = append(pl.Names, name)
		pl.Series[0].Values = append(pl.Series[0].Values, w.Owed)
		pl.Series[1].Values = append(pl.Series[1].Values, w.InTime)
		say := name + "\n" + p.T("coverage.owed") + ": " + p.Num(w.Owed) + "\n" + p.T("coverage.in_time") + ": " + p.Num(w.InTime)
		pl.Items = append(pl.Items, plotItem{Value: w.Owed, Say: say})
		owed, inTime = owed+w.Owed, inTime+w.InTime
	}
	if len(pl.Names) < 2 {
		return ""
	}
	pl.Sides = []string{p.T("coverage.axis"), ""}
	pl.About = p.T("coverage.about", "Owed", p.Num(owed), "InTime", p.Num(inTime))
	return pl.json()
}
