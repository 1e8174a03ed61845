package e2e_test

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"kollega/cmd/kollega/demo"
	"kollega/handlers/handlerstest"
	"kollega/models"
)

// BenchmarkReportPage opens HR's report of a demonstration in Chromium, over 30 days and over all time, until the page and its first plot are
// there. KOLLEGA_BENCH_EVENTS says how many events the demonstration has; KOLLEGA_BENCH_SITE is one that runs already, with the address and
// password of somebody of HR, as http://hr%40example.org:password@localhost:8080.
func BenchmarkReportPage(b *testing.B) {
	tab, beside := reportHouse(b)
	for name, path := range map[string]string{"30-days": "/hr/referrals?lang=nb", "all-time": "/hr/referrals?period=all&lang=nb"} {
		b.Run(name, func(b *testing.B) {
			var server, whole, plain []time.Duration
			for b.Loop() {
				tab.open(path)
				answered, complete := tab.drawn()
				server, whole = append(server, answered), append(whole, complete)
				b.StopTimer()
				plain = append(plain, beside())
				b.StartTimer()
			}
			middle := func(times []time.Duration) float64 {
				slices.Sort(times)
				return float64(times[len(times)/2])
			}
			b.ReportMetric(middle(server)/float64(time.Millisecond), "ms-answered")
			b.ReportMetric(middle(whole)/float64(time.Millisecond), "ms-complete")
			if middle(plain) > 0 {
				b.ReportMetric(middle(whole)/middle(plain), "of-a-plain-query")
			}
		})
	}
}

// reportHouse is a demonstration with somebody of HR signed in, and what is measured beside it; 0 where the house is another program's.
func reportHouse(b *testing.B) (*tab, func() time.Duration) {
	b.Helper()
	if house := os.Getenv("KOLLEGA_BENCH_SITE"); house != "" {
		at, err := url.Parse(house)
		if err != nil {
			b.Fatal(err)
		}
		hr := at.User
		at.User = nil
		tab := newTab(b, at.String(), look{lang: "nb"})
		tab.open("/login")
		secret, _ := hr.Password()
		tab.fill("email", hr.Username(), "password", secret)
		tab.submit("main form button")
		return tab, func() time.Duration { return 0 }
	}
	events := 100_000
	if text := os.Getenv("KOLLEGA_BENCH_EVENTS"); text != "" {
		var err error
		if events, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	s := handlerstest.NewEmpty(b)
	_, err := demo.Make(b.Context(), demo.Options{
		DB: s.DB, Store: s.Store, Dir: filepath.Join(b.TempDir(), "work"), Log: slog.New(slog.DiscardHandler),
		Say: func(string, ...any) {}, Employees: min(5000, max(12, events/2000)), Events: events,
	})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.DB.Pool().Exec(b.Context(), "vacuum analyze"); err != nil {
		b.Fatal(err)
	}
	var hr string
	if err := s.DB.Pool().QueryRow(b.Context(), `select email from users where role = 'hr' and deactivated_at is null limit 1`).Scan(&hr); err != nil {
		b.Fatal(err)
	}
	u, err := s.DB.UserByEmail(b.Context(), hr)
	if err != nil {
		b.Fatal(err)
	}
	tab := newTab(b, s.App.BaseURL.String(), look{lang: "nb"})
	tab.signIn(s.AsUser(u))
	return tab, func() time.Duration { return plainQuery(b, s.DB) }
}

// drawn waits for the first plot, and tells how long after the page was asked for the answer had come, and the plot was drawn.
func (tab *tab) drawn() (answered, complete time.Duration) {
	tab.t.Helper()
	tab.do("wait for the plot", chromedp.WaitVisible(chromedp.CSS(".plot canvas")))
	times := eval[[]float64](tab, `(() => {
		const nav = performance.getEntriesByType("navigation")[0];
		return [nav.responseEnd, Math.max(nav.loadEventEnd, performance.getEntriesByName("plot")[0].startTime)];
	})()`)
	ms := func(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }
	return ms(times[0]), ms(times[1])
}

// plainQuery is what a query takes beside it that only computes.
func plainQuery(b *testing.B, db *models.DB) time.Duration {
	b.Helper()
	began := time.Now()
	var n int
	if err := db.Pool().QueryRow(context.WithoutCancel(b.Context()), `select count(*) from generate_series(1, 1000000) g where g % 7 = 3`).Scan(&n); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}
