package hr

import (
	"encoding/json"
	"math"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// watchingView is how people watched a clip, as its page shows it.
type watchingView struct {
	models.Watching

	TooFew   bool // for shares and the curve
	Enough   int
	Quarters []quarter
	Share    int           // of the clip that was watched on the average, in hundredths
	Half     string        // the second at which half of them were gone, empty where that never came
	Rows     []watchSecond // of the table, at most some thirty
	Plot     string        // JSON for plot.js
}

// quarter is a part of the clip and how many watched as much.
type quarter struct {
	Key     string
	N       int
	Percent int // of the plays
}

// watchSecond is a line of the table.
type watchSecond struct {
	At      string // 0:12
	N       int
	Percent int // of the visits
}

// mostRows is how many lines the table has at most.
const mostRows = 30

func (h *Handlers) watching(c echo.Context, clip models.Clip) (*watchingView, error) {
	if clip.Version == 0 {
		return nil, nil //nolint:nilnil // nothing could be watched yet
	}
	w, err := h.DB.ClipWatching(c.Request().Context(), clip.ID, int(math.Round(clip.Duration)))
	if err != nil {
		return nil, err
	}
	v := &watchingView{Watching: w, Enough: enoughVisitors, TooFew: min(w.Plays, w.Visits) < enoughVisitors}
	for _, q := range []quarter{{"25", w.Q25, 0}, {"50", w.Q50, 0}, {"75", w.Q75, 0}, {"100", w.Q100, 0}} {
		q.Percent = hundredths(q.N, w.Plays)
		v.Quarters = append(v.Quarters, q)
	}
	if v.TooFew {
		return v, nil
	}
	v.Share = int(math.Round(100 * w.Share()))
	step := (len(w.Seconds) + mostRows - 1) / mostRows
	shares := make([]int, len(w.Seconds))
	for s, n := range w.Seconds {
		shares[s] = hundredths(n, w.Visits)
		if s%step == 0 {
			v.Rows = append(v.Rows, watchSecond{web.Length(float64(s)), n, shares[s]})
		}
		if v.Half == "" && 2*n <= w.Visits {
			v.Half = web.Length(float64(s))
		}
	}
	p := h.Printer(c)
	plot, err := json.Marshal(map[string]any{
		"values": shares, "second": p.T("watching.plot.second"), "share": p.T("watching.plot.share"), "about": h.aboutCurve(c, v),
	})
	v.Plot = string(plot)
	return v, err
}

// aboutCurve says in words what the curve shows.
func (h *Handlers) aboutCurve(c echo.Context, v *watchingView) string {
	p := h.Printer(c)
	if v.Half == "" {
		return p.T("watching.curve.most", "Share", v.Share)
	}
	return p.T("watching.curve.half", "Share", v.Share, "Half", v.Half)
}

func hundredths(n, of int) int {
	if of <= 0 {
		return 0
	}
	return min(int(math.Round(100*float64(n)/float64(of))), 100)
}
