// Command bench measures what Kollega promises about clicks, beside nginx on the same cores in the same minutes, and prints
// tables. It starts nginx and the real program in empty folders, and stops both.
//
// Figures are ratios of medians over interleaved rounds: no run fails for being slow, but it does fail where an answered
// click is not found in Postgres. KOLLEGA_BENCH_ROUNDS (3) and KOLLEGA_BENCH_SECONDS (4) say how much is measured,
// KOLLEGA_BENCH_EVENTS (1000000) with how many events present; the long version is KOLLEGA_BENCH_EVENTS=1000000,10000000.
// With the argument "live" only open pages that follow changes are measured; with "pages" only how long pages take in a house of many, and its
// open pages over a restart. KOLLEGA_BENCH_EMPLOYEES (5000), _POSTS (100000), _NOTICES (1000000) and _EVENTS (then 20000) say how many they
// are; KOLLEGA_BENCH_HOUSE is a folder to keep that house in for the next time.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// plan is how much is measured.
type plan struct {
	rounds  int
	seconds int
	events  []int // present before the clicks
	links   int
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	p, err := readPlan()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "kollega-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	b := &bench{plan: p, dir: dir}
	defer func() { err = errors.Join(err, b.stop()) }()
	if len(os.Args) > 1 && os.Args[1] == "pages" {
		return b.pages(ctx)
	}
	return b.all(ctx)
}

func readPlan() (p plan, err error) {
	number := func(name string, fallback int) int {
		n, bad := strconv.Atoi(cmp.Or(os.Getenv(name), strconv.Itoa(fallback)))
		if bad != nil || n < 1 {
			err = errors.Join(err, fmt.Errorf("%s is no number above zero", name))
		}
		return n
	}
	p = plan{rounds: number("KOLLEGA_BENCH_ROUNDS", 3), seconds: number("KOLLEGA_BENCH_SECONDS", 4), links: number("KOLLEGA_BENCH_LINKS", 100_000)}
	for text := range strings.SplitSeq(cmp.Or(os.Getenv("KOLLEGA_BENCH_EVENTS"), "1000000"), ",") {
		n, bad := strconv.Atoi(strings.TrimSpace(text))
		if bad != nil || n < 0 {
			return p, errors.New("KOLLEGA_BENCH_EVENTS is no list of numbers")
		}
		if n > 0 {
			p.events = append(p.events, n)
		}
	}
	return p, err
}

// bench is a run.
type bench struct {
	plan
	dir   string
	nginx *nginx
	house *house
}

func (b *bench) stop() error {
	var errs []error
	if b.house != nil {
		errs = append(errs, b.house.stop())
	}
	if b.nginx != nil {
		errs = append(errs, b.nginx.stop())
	}
	return errors.Join(errs...)
}

func (b *bench) all(ctx context.Context) (err error) {
	if b.house, err = openHouse(filepath.Join(b.dir, "house")); err != nil {
		return err
	}
	if err := b.house.start(ctx); err != nil {
		return err
	}
	if err := b.house.furnish(ctx); err != nil {
		return err
	}
	if err := b.live(ctx); err != nil || len(os.Args) > 1 && os.Args[1] == "live" {
		return err
	}
	plain, err := b.house.page(ctx, b.house.landing, false)
	if err != nil {
		return err
	}
	packed, err := b.house.page(ctx, b.house.landing, true)
	if err != nil {
		return err
	}
	if b.nginx, err = startNginx(ctx, filepath.Join(b.dir, "nginx"), plain, packed); err != nil {
		return err
	}
	pairs := []pair{
		{name: "sent on (302)", nginx: "/sent-on", kollega: b.house.onward},
		{name: fmt.Sprintf("landing page, %d bytes", len(plain)), nginx: "/page.html", kollega: b.house.landing},
		{name: fmt.Sprintf("landing page, gzip, %d bytes", len(packed)), nginx: "/page.gz", kollega: b.house.landing, gzip: true},
	}
	fmt.Printf("64 connections, medians of %d interleaved rounds of %d s; CPU is Kollega's and Postgres's, until all events are there\n\n", b.rounds, b.seconds)
	if err := b.compare(ctx, pairs); err != nil {
		return err
	}
	if err := b.offered(ctx, 1000, 10*time.Second); err != nil {
		return err
	}
	fmt.Println("\nwhat it costs as it grows, landing page")
	fmt.Println("| with | pages/s | beside nginx | Kollega µs | Postgres µs | backlog shipped/s | Kollega MB (RSS) | Postgres MB (PSS) |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
	if err := b.grown(ctx, fmt.Sprintf("%d links", 320)); err != nil {
		return err
	}
	if err := b.house.addLinks(ctx, b.links); err != nil {
		return err
	}
	if err := b.grown(ctx, fmt.Sprintf("%d links", b.links)); err != nil {
		return err
	}
	for _, n := range b.events {
		if err := b.withEvents(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// withEvents measures in a house of its own that has seen as many events.
func (b *bench) withEvents(ctx context.Context, n int) (err error) {
	if err := b.house.stop(); err != nil {
		return err
	}
	if b.house, err = openHouse(filepath.Join(b.dir, fmt.Sprint("events", n))); err != nil {
		return err
	}
	if _, err := b.house.run(ctx, "", "demo", "--employees", "500", "--events", strconv.Itoa(n)); err != nil {
		return err
	}
	if err := b.house.ask(ctx, "vacuum analyze"); err != nil { // or Postgres begins to while it is measured
		return err
	}
	if err := b.house.start(ctx); err != nil {
		return err
	}
	if err := b.house.settle(ctx); err != nil {
		return err
	}
	if err := b.house.findLink(ctx); err != nil {
		return err
	}
	return b.grown(ctx, fmt.Sprintf("%d events", n))
}
