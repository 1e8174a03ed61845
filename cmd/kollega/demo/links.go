package demo

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"kollega/internal/auth"
	"kollega/models"
)

// link is a share link and how many it reaches.
type link struct {
	id      uuid.UUID
	owner   int // in house.staff
	job     int // in jobs
	channel string
	at      time.Time
	reach   float64
}

// channelUse is how often colleagues choose a channel, and how many open what they find there.
var channelUse = []struct {
	name         string
	often, reach float64
}{
	{"linkedin", 5, 1.6},
	{"facebook", 5, 1.5},
	{"messenger", 3, 0.7},
	{"whatsapp", 3, 0.8},
	{"instagram", 2, 1},
	{"snapchat", 1, 0.6},
	{"tiktok", 1, 1.3},
	{"x", 1, 0.5},
	{"email", 2, 0.5},
	{"sms", 2, 0.4},
	{"teams", 2, 0.6},
	{"slack", 1, 0.4},
	{"qr", 1, 0.7},
	{"copy", 2, 0.6},
}

// share has the keen share often, most people once or twice, and a few not at all.
func (d *demo) share(ctx context.Context) error {
	for owner, p := range d.house.staff {
		if owner%9 == 8 { // some have not begun yet: their home page shows how
			continue
		}
		d.shares(owner, 1+min(int(p.keen*2.5), len(d.jobs)*3))
	}
	slices.SortFunc(d.links, func(a, b link) int { return a.at.Compare(b.at) })
	rows := make([][]any, len(d.links))
	for i, l := range d.links {
		rows[i] = []any{l.id, auth.NewLinkCode(), d.house.staff[l.owner].id, d.jobs[l.job].id, l.channel, l.at}
	}
	d.Say("%d share links", len(rows))
	return pgx.BeginFunc(ctx, d.db.Pool(), func(tx pgx.Tx) error {
		return fill(ctx, tx, "links", []string{"id", "code", "user_id", "job_id", "channel", "created_at"}, rows)
	})
}

// shares makes up to count links of one person.
func (d *demo) shares(owner, count int) {
	type where struct {
		job     int
		channel string
	}
	seen := map[where]bool{}
	for range count {
		use := channelUse[d.pick(len(channelUse), func(i int) float64 { return channelUse[i].often })]
		w := where{d.rng.IntN(len(d.jobs)), use.name}
		if seen[w] {
			continue
		}
		seen[w] = true
		posted := d.jobs[w.job].at
		// Most share in the first weeks, some come late.
		late := time.Duration(d.rng.Float64() * d.rng.Float64() * float64(d.now.Sub(posted)-4*24*time.Hour))
		d.links = append(d.links, link{
			id: models.NewID(), owner: owner, job: w.job, channel: w.channel, at: d.working(posted.Add(26*time.Hour + late)),
			reach: use.reach * (0.2 + d.house.staff[owner].keen) * (0.3 + d.rng.ExpFloat64()),
		})
	}
}

// pick is an index below n, by weight.
func (d *demo) pick(n int, weight func(int) float64) int {
	sum := 0.0
	for i := range n {
		sum += weight(i)
	}
	at := d.rng.Float64() * sum
	for i := range n {
		if at -= weight(i); at < 0 {
			return i
		}
	}
	return n - 1
}

// working moves a time to an hour at which people are up.
func (d *demo) working(t time.Time) time.Time {
	return t.Truncate(24 * time.Hour).Add(6*time.Hour + time.Duration(d.rng.Float64()*float64(14*time.Hour))).Truncate(time.Microsecond)
}

// sometime is a moment since the demonstration began.
func (d *demo) sometime() time.Time { return d.between(d.start) }

// between is a moment between at and now.
func (d *demo) between(at time.Time) time.Time {
	return at.Add(time.Duration(d.rng.Int64N(int64(d.now.Sub(at)) + 1))).Truncate(time.Microsecond)
}
