package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const connections = 64

// browser are the headers that a telephone sends which comes from LinkedIn.
var browser = map[string]string{
	"User-Agent":      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
	"Accept":          "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
	"Accept-Language": "nb-NO,nb;q=0.9",
	"Referer":         "https://www.linkedin.com/",
}

// load is what wrk has seen.
type load struct {
	requests int
	rate     float64 // a second
	p50, p99 string
}

var (
	wrkRequests = regexp.MustCompile(`(\d+) requests in`)
	wrkRate     = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	wrkShare    = regexp.MustCompile(`(?m)^\s+(50|99)%\s+(\S+)`)
	wrkBad      = regexp.MustCompile(`(?m)^.*(Non-2xx|Socket errors).*$`)
)

// wrk asks as fast as answers come.
func wrk(ctx context.Context, url string, seconds int, gzip bool) (l load, err error) {
	args := []string{"-t1", "-c" + strconv.Itoa(connections), fmt.Sprintf("-d%ds", seconds), "--latency"}
	for name, value := range browser {
		args = append(args, "-H", name+": "+value)
	}
	if gzip {
		args = append(args, "-H", "Accept-Encoding: gzip")
	}
	out, err := exec.CommandContext(ctx, "wrk", append(args, url)...).Output()
	if err != nil {
		return l, fmt.Errorf("wrk: %w", err)
	}
	text := string(out)
	if bad := wrkBad.FindString(text); bad != "" {
		return l, fmt.Errorf("wrk %s: %s", url, strings.TrimSpace(bad))
	}
	requests, rate := wrkRequests.FindStringSubmatch(text), wrkRate.FindStringSubmatch(text)
	if requests == nil || rate == nil {
		return l, fmt.Errorf("wrk %s says %q", url, text)
	}
	l.requests, _ = strconv.Atoi(requests[1])
	l.rate, _ = strconv.ParseFloat(rate[1], 64)
	for _, m := range wrkShare.FindAllStringSubmatch(text, -1) {
		if m[1] == "50" {
			l.p50 = m[2]
		} else {
			l.p99 = m[2]
		}
	}
	return l, nil
}

// offer asks at a fixed rate, whether answers come or not, and gives how long after its time each was there.
func offer(ctx context.Context, base, path string, rate int, length time.Duration) ([]time.Duration, error) {
	total := int(length.Seconds() * float64(rate))
	due := make(chan time.Time, total) // room for all: the clock waits for nobody
	taken := make([][]time.Duration, connections)
	errs := make([]error, connections)
	var all sync.WaitGroup
	for i := range connections {
		all.Go(func() { taken[i], errs[i] = visit(ctx, base, path, due) })
	}
	start := time.Now()
	for n := range total {
		at := start.Add(time.Duration(n) * time.Second / time.Duration(rate))
		if d := time.Until(at); d > 0 {
			time.Sleep(d)
		}
		due <- at
	}
	close(due)
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	times := slices.Concat(taken...)
	slices.Sort(times)
	return times, nil
}

// visit asks on one connection whenever it is time.
func visit(ctx context.Context, base, path string, due <-chan time.Time) (taken []time.Duration, err error) {
	host := strings.TrimPrefix(base, "http://")
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	request := "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n"
	for name, value := range browser {
		request += name + ": " + value + "\r\n"
	}
	request += "\r\n"
	r := bufio.NewReader(c)
	for at := range due {
		if _, err := io.WriteString(c, request); err != nil {
			return nil, err
		}
		a, err := http.ReadResponse(r, nil)
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(io.Discard, a.Body)
		a.Body.Close()
		if err != nil || a.StatusCode >= http.StatusBadRequest {
			return nil, fmt.Errorf("GET %s: %d, %w", path, a.StatusCode, err)
		}
		taken = append(taken, time.Since(at))
	}
	return taken, nil
}
