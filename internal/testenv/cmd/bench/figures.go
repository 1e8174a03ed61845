package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// pair is the same answer by nginx and by Kollega.
type pair struct {
	name, nginx, kollega string
	gzip                 bool

	theirs, ours []load
	costs        []cost
}

// cost is what one click took of the processors, in microseconds, and how many of the events were taken during the load.
type cost struct{ kollega, postgres, meanwhile float64 }

// compare measures the pairs in turn, several times, and makes sure that every answered click is in Postgres.
func (b *bench) compare(ctx context.Context, pairs []pair) error {
	before, err := b.house.clicks(ctx)
	if err != nil {
		return err
	}
	answered, loads := 0, 0
	for range b.rounds {
		for i := range pairs {
			p := &pairs[i]
			theirs, err := wrk(ctx, b.nginx.base+p.nginx, b.seconds, p.gzip)
			if err != nil {
				return err
			}
			ours, c, err := b.measured(ctx, p.kollega, p.gzip)
			if err != nil {
				return err
			}
			p.theirs, p.ours, p.costs = append(p.theirs, theirs), append(p.ours, ours), append(p.costs, c)
			answered, loads = answered+ours.requests, loads+1
		}
	}
	fmt.Println("| tracked | Kollega/s | nginx/s | ratio | p50 | p99 | Kollega µs | Postgres µs | taken meanwhile |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for i := range pairs {
		p := &pairs[i]
		ours, theirs := rate(p.ours), rate(p.theirs)
		last := p.ours[len(p.ours)-1]
		fmt.Printf("| %s | %.0f | %.0f | %.2f | %s | %s | %.1f | %.1f | %.0f %% |\n", p.name, ours, theirs, ours/theirs, last.p50, last.p99,
			median(p.costs, func(c cost) float64 { return c.kollega }), median(p.costs, func(c cost) float64 { return c.postgres }),
			100*median(p.costs, func(c cost) float64 { return c.meanwhile }))
	}
	after, err := b.house.clicks(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("\n%d answered, %d found in Postgres (up to 64 more a load: in flight when it ended)\n", answered, after-before)
	if more := after - before - answered; more < 0 || more > loads*connections {
		return fmt.Errorf("%d clicks answered, %d in Postgres: want as many, and at most %d more", answered, after-before, loads*connections)
	}
	return nil
}

// measured puts load on a share link and waits until its events are in Postgres.
func (b *bench) measured(ctx context.Context, path string, gzip bool) (l load, c cost, err error) {
	k0, p0, err := b.house.seconds()
	if err != nil {
		return l, c, err
	}
	shipped, err := b.house.metric(ctx, "kollega_events_shipped_total")
	if err != nil {
		return l, c, err
	}
	if l, err = wrk(ctx, b.house.base+path, b.seconds, gzip); err != nil {
		return l, c, err
	}
	now, err := b.house.metric(ctx, "kollega_events_shipped_total")
	if err != nil {
		return l, c, err
	}
	if _, err = b.drained(ctx); err != nil {
		return l, c, err
	}
	k1, p1, err := b.house.seconds()
	n := float64(l.requests)
	return l, cost{1e6 * (k1 - k0) / n, 1e6 * (p1 - p0) / n, (now - shipped) / n}, err
}

// drained waits until Postgres has everything, and tells how many events that were.
func (b *bench) drained(ctx context.Context) (n float64, err error) {
	first := -1.0
	for end := time.Now().Add(5 * time.Minute); ; {
		recorded, err1 := b.house.metric(ctx, "kollega_events_recorded_total")
		shipped, err2 := b.house.metric(ctx, "kollega_events_shipped_total")
		if err := errors.Join(err1, err2); err != nil {
			return 0, err
		}
		if first < 0 {
			first = shipped
		}
		if shipped >= recorded {
			return shipped - first, nil
		}
		if time.Now().After(end) {
			return 0, fmt.Errorf("%.0f of %.0f events are in Postgres after five minutes", shipped, recorded)
		}
		if err := wait(ctx, 20*time.Millisecond); err != nil {
			return 0, err
		}
	}
}

// offered tells how long answers take at a rate that is far from the limit.
func (b *bench) offered(ctx context.Context, perSecond int, length time.Duration) error {
	fmt.Printf("\n%d a second offered for %v\n| tracked | p50 | p99 | longest |\n|---|---|---|---|\n", perSecond, length)
	for _, path := range []string{b.house.onward, b.house.landing} {
		times, err := offer(ctx, b.house.base, path, perSecond, length)
		if err != nil {
			return err
		}
		name := "landing page"
		if path == b.house.onward {
			name = "sent on (302)"
		}
		fmt.Printf("| %s | %.1f ms | %.1f ms | %.1f ms |\n", name, ms(times[len(times)/2]), ms(times[len(times)*99/100]), ms(times[len(times)-1]))
	}
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// grown prints a line of what it costs with that much there.
func (b *bench) grown(ctx context.Context, with string) error {
	var ours, theirs []load
	var costs []cost
	for range b.rounds {
		l, err := wrk(ctx, b.nginx.base+"/page.html", b.seconds, false)
		if err != nil {
			return err
		}
		o, c, err := b.measured(ctx, b.house.landing, false)
		if err != nil {
			return err
		}
		ours, theirs, costs = append(ours, o), append(theirs, l), append(costs, c)
	}
	backlog, err := b.backlog(ctx)
	if err != nil {
		return err
	}
	family, err := processes(b.house.cmd.Process.Pid)
	if err != nil {
		return err
	}
	fmt.Printf("| %s | %.0f | %.2f | %.1f | %.1f | %.0f | %.0f | %.0f |\n", with, rate(ours), rate(ours)/rate(theirs),
		median(costs, func(c cost) float64 { return c.kollega }), median(costs, func(c cost) float64 { return c.postgres }), backlog,
		memory(family[:1], "status", "VmRSS:"), memory(family[1:], "smaps_rollup", "Pss:"))
	return nil
}

// backlog holds Postgres still under load, and tells how many events a second it takes once it goes on.
func (b *bench) backlog(ctx context.Context) (float64, error) {
	family, err := processes(b.house.cmd.Process.Pid)
	if err != nil {
		return 0, err
	}
	signal := func(s syscall.Signal) {
		for _, pid := range family[1:] {
			_ = syscall.Kill(pid, s) // one that has ended needs none
		}
	}
	signal(syscall.SIGSTOP)
	_, err = wrk(ctx, b.house.base+b.house.landing, b.seconds, false)
	signal(syscall.SIGCONT)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	n, err := b.drained(ctx)
	return n / time.Since(start).Seconds(), err
}

func rate(loads []load) float64 { return median(loads, func(l load) float64 { return l.rate }) }

func median[T any](list []T, of func(T) float64) float64 {
	var values []float64
	for _, v := range list {
		values = append(values, of(v))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// metric is a figure of /metrics.
func (h *house) metric(ctx context.Context, name string) (float64, error) {
	body, _, err := h.get(ctx, "/metrics", false)
	if err != nil {
		return 0, err
	}
	m := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindSubmatch(body)
	if m == nil {
		return 0, fmt.Errorf("/metrics has no %s", name)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// processes are a program and all that it started, the program first. Linux only.
func processes(root int) ([]int, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		return nil, errors.Join(err, errors.New("no /proc: processor time and memory are read from there"))
	}
	children := map[int][]int{}
	for _, path := range stats {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if f := fields(path); len(f) > 1 {
			parent, _ := strconv.Atoi(f[1])
			children[parent] = append(children[parent], pid)
		}
	}
	family := []int{root}
	for i := 0; i < len(family); i++ {
		family = append(family, children[family[i]]...)
	}
	return family, nil
}

// fields are those of a stat file behind the program's name, which may hold anything.
func fields(path string) []string {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	text := string(b)
	return strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
}

// seconds is the processor time that the program and its Postgres have used, in themselves and in the kernel for them.
// Processes of Postgres come and go: the time of those that have ended stands with their parent.
func (h *house) seconds() (kollega, engine float64, err error) {
	family, err := processes(h.cmd.Process.Pid)
	if err != nil {
		return 0, 0, err
	}
	for i, pid := range family {
		f := fields(fmt.Sprintf("/proc/%d/stat", pid))
		if len(f) < 15 {
			continue
		}
		var used [4]float64 // user and system, its own and its ended children's
		for n := range used {
			used[n], _ = strconv.ParseFloat(f[11+n], 64)
		}
		const ticks = 100 // a second, on every Linux
		if i == 0 {
			kollega += (used[0] + used[1]) / ticks
		} else {
			engine += (used[0] + used[1] + used[2] + used[3]) / ticks
		}
	}
	return kollega, engine, nil
}

// memory is the sum of a line of a file in /proc, in megabytes.
func memory(pids []int, file, line string) (sum float64) {
	for _, pid := range pids {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file))
		if err != nil {
			continue
		}
		for text := range strings.Lines(string(b)) {
			if f := strings.Fields(text); len(f) > 1 && f[0] == line {
				kb, _ := strconv.ParseFloat(f[1], 64)
				sum += kb / 1024
			}
		}
	}
	return sum
}
