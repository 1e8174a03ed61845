package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"kollega/internal/postgres"
)

const (
	openPages = 500
	warmPages = 20 // what the first cost once is not told as the others' price
	changes   = 5
)

// live holds open pages on the house and tells them of changes: what one costs in memory, and how long it takes until the last has heard.
func (b *bench) live(ctx context.Context) error {
	cookies, err := b.house.signedIn(ctx, openPages+warmPages)
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	heard := make(chan struct{}, 10*len(cookies))
	if err := b.house.openPages(running, cookies[:warmPages], heard); err != nil {
		return err
	}
	resident := func() float64 { return memory([]int{b.house.cmd.Process.Pid}, "status", "VmRSS:") }
	if err := wait(ctx, 5*time.Second); err != nil {
		return err
	}
	before := resident()
	if err := b.house.openPages(running, cookies[warmPages:], heard); err != nil {
		return err
	}
	if err := wait(ctx, 5*time.Second); err != nil {
		return err
	}
	after := resident()
	var took []time.Duration
	k0, p0, err := b.house.seconds()
	if err != nil {
		return err
	}
	for n := range changes {
		began := time.Now()
		if _, err := b.house.api(ctx, "/jobs", map[string]string{"title": fmt.Sprintf("Kokk %d", n), "status": "draft"}); err != nil {
			return err
		}
		for range cookies {
			select {
			case <-heard:
			case <-time.After(time.Minute):
				return fmt.Errorf("not all of %d open pages were told", len(cookies))
			}
		}
		took = append(took, time.Since(began))
		if err := wait(ctx, 2*time.Second); err != nil { // a page is told once a second
			return err
		}
	}
	k1, p1, err := b.house.seconds()
	fmt.Printf("\nopen pages that follow\n| pages | kB each (RSS) | MB in all (RSS) | until the last has heard | Kollega, ms a change | Postgres, ms a change |\n|---|---|---|---|---|---|\n")
	fmt.Printf("| %d | %.0f | %.0f | %.0f ms | %.0f | %.0f |\n", len(cookies), 1024*(after-before)/openPages, resident(),
		median(took, ms), 1000*(k1-k0)/changes, 1000*(p1-p0)/changes)
	return err
}

// openPages connects one page for each cookie, and sends to heard for each message that something has changed.
func (h *house) openPages(ctx context.Context, cookies []string, heard chan<- struct{}) error {
	for _, cookie := range cookies {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.base+"/live?on=jobs", nil)
		if err != nil {
			return err
		}
		r.Header.Set("Accept", "text/event-stream")
		r.AddCookie(&http.Cookie{Name: "kollega", Value: cookie})
		a, err := http.DefaultClient.Do(r) //nolint:bodyclose // below, by whoever reads it
		if err != nil {
			return err
		}
		if a.StatusCode != http.StatusOK {
			a.Body.Close()
			return fmt.Errorf("an open page: got %d", a.StatusCode)
		}
		go func() {
			defer a.Body.Close()
			for lines := bufio.NewScanner(a.Body); lines.Scan(); {
				if lines.Text() == "event: change" {
					heard <- struct{}{}
				}
			}
		}()
	}
	return nil
}

// signedIn makes n people of HR with a session each, and gives their cookies.
func (h *house) signedIn(ctx context.Context, n int) ([]string, error) {
	server, err := postgres.Open(ctx, postgres.Options{Dir: filepath.Join(h.dir, "postgres")})
	if err != nil {
		return nil, err
	}
	defer server.Stop(context.WithoutCancel(ctx))
	c, err := pgx.Connect(ctx, server.URL())
	if err != nil {
		return nil, err
	}
	defer c.Close(context.WithoutCancel(ctx))
	ids := make([]string, n)
	for i := range ids {
		ids[i] = uuid.NewString()
		if _, err := c.Exec(ctx, `insert into users (id, email, email_key, name, role, joined_at, created_at, updated_at)
			values ($1::uuid, $2, $2, 'Hanne Moe', 'hr', now(), now(), now())`, ids[i], ids[i]+"@example.org"); err != nil {
			return nil, err
		}
	}
	return signIn(ctx, c, ids)
}

// signIn gives people a session each, and gives their cookies.
func signIn(ctx context.Context, c *pgx.Conn, ids []string) ([]string, error) {
	cookies := make([]string, len(ids))
	until := time.Now().Add(12 * time.Hour)
	for i, id := range ids {
		cookies[i] = rand.Text()
		sum := sha256.Sum256([]byte(cookies[i]))
		data, err := scs.GobCodec{}.Encode(until, map[string]any{"user": id, "epoch": 0})
		if err != nil {
			return nil, err
		}
		if _, err := c.Exec(ctx, `insert into sessions (token, data, expiry) values ($1, $2, $3)`,
			base64.RawURLEncoding.EncodeToString(sum[:]), data, until); err != nil {
			return nil, err
		}
	}
	return cookies, nil
}
