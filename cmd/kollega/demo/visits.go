package demo

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"kollega/models"
	"kollega/tracking"
)

const (
	// batch is how many events are stored in one transaction.
	batch = 25_000
	// writers is how many transactions run side by side: more wait for the same rollups.
	writers = 2
	// openDoor is the share of visits that come without a colleague's link.
	openDoor = 0.14
)

// weekday is how busy a day is, from Sunday on; hours of the day in Norwegian winter time, from midnight on.
var (
	weekday = [7]float64{0.55, 1.1, 1.25, 1.2, 1.1, 0.9, 0.5}
	hourly  = [24]float64{1, 0.5, 0.3, 0.2, 0.3, 1, 3, 6, 8, 6, 5, 6, 8, 6, 5, 5, 6, 6, 6, 7, 9, 9, 6, 3}
)

// visits makes two months of events in the order of time.
type visits struct {
	demo         *demo
	rng          *rand.Rand
	human, other []agent
	reach        []float64 // running sum over d.links, which are in the order of their making
	random       rand.ChaCha8

	left     int // events still to make
	opened   int // links that exist by the day
	seen     []uuid.UUID
	events   []models.Event
	applying []applying
}

// applying is a visit that ended in an application.
type applying struct {
	at    time.Time
	job   int
	link  int // in d.links, -1: by the open door
	click uuid.UUID
	clip  uuid.UUID
}

// visit makes the events, batch by batch, and stores them as the shipper does, so that the rollups agree.
func (d *demo) visit(ctx context.Context) error {
	if err := d.db.MakePartitions(ctx, d.start.AddDate(0, 0, -2), d.now); err != nil {
		return err
	}
	human, other, err := judged()
	if err != nil {
		return err
	}
	v := &visits{demo: d, rng: d.rng, human: human, other: other, left: d.Events}
	v.random.Seed([32]byte{61})
	sum := 0.0
	for _, l := range d.links {
		sum += l.reach
		v.reach = append(v.reach, sum)
	}
	began := time.Now()
	if err := v.record(ctx); err != nil {
		return err
	}
	d.result.Events, d.result.EventsTook = d.Events-v.left, time.Since(began)
	return d.apply(ctx, v.applying)
}

// record makes each day's events and hands full batches to the writers.
func (v *visits) record(ctx context.Context) error {
	full := make(chan []models.Event, 1)
	group, ctx := errgroup.WithContext(ctx)
	for range writers {
		group.Go(func() error {
			for events := range full {
				if err := v.demo.db.RecordEvents(ctx, events, nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
	group.Go(func() error {
		defer close(full)
		return v.days(ctx, full)
	})
	return group.Wait()
}

func (v *visits) days(ctx context.Context, full chan<- []models.Event) error {
	d := v.demo
	total, done := 0.0, 0.0
	days := int(span/(24*time.Hour)) + 1 // the last is today, as far as it has come
	for i := range days {
		total += v.busy(i)
	}
	said := time.Now()
	for i := range days {
		done += v.busy(i)
		goal := d.Events - int(float64(d.Events)*done/total)
		if i == days-1 {
			goal = 0
		}
		v.beginDay(i)
		for v.left > goal {
			v.one(i)
			if len(v.events) < batch && v.left > 0 {
				continue
			}
			select {
			case full <- v.events:
				v.events = make([]models.Event, 0, batch+16)
			case <-ctx.Done():
				return ctx.Err()
			}
			if time.Since(said) > 2*time.Second {
				said = time.Now()
				d.Say("Events: %d of %d (%d %%)", d.Events-v.left, d.Events, 100*(d.Events-v.left)/d.Events)
			}
		}
	}
	return nil
}

// busy is how much happens on a day: more as more links go round, less at the weekend.
func (v *visits) busy(day int) float64 {
	at := v.demo.start.AddDate(0, 0, day)
	return weekday[at.Weekday()] * (0.35 + 0.65*min(1, float64(day)/30))
}

func (v *visits) beginDay(day int) {
	begin := v.midnight(day)
	for v.opened < len(v.demo.links) && v.demo.links[v.opened].at.Before(begin) {
		v.opened++
	}
	v.seen = v.seen[:0]
}

// id is a UUIDv7 (RFC 9562, 5.7) of a time; random enough, and fast.
func (v *visits) id(at time.Time) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[0:], uint64(at.UnixMilli())<<16|v.random.Uint64()&0x0fff|0x7000)
	binary.BigEndian.PutUint64(id[8:], v.random.Uint64()&(1<<62-1)|1<<63)
	return id
}

// one is one request for a landing page with everything that follows.
func (v *visits) one(day int) {
	d := v.demo
	at := v.moment(day)
	e := models.Event{At: at, Kind: models.KindClick, Rules: tracking.RulesVersion, Country: "NO"}
	link := -1
	j := v.rng.IntN(len(d.jobs))
	if v.opened > 0 && v.rng.Float64() >= openDoor {
		link = v.link()
		j = d.links[link].job
		e.LinkID, e.Channel = d.links[link].id, d.links[link].channel
	}
	e.ID, e.JobID, e.ClipID = v.id(at), d.jobs[j].id, d.jobs[j].clip
	a := v.agent(e.Channel)
	e.Class, e.Reason, e.Signals = a.verdict.Class, a.verdict.Reason, a.verdict.Signals
	e.Device, e.OS, e.Language, e.ReferrerHost = a.verdict.Device, a.verdict.OS, a.verdict.Language, a.verdict.ReferrerHost
	e.Visitor = v.visitor()
	person := e.Class == models.ClassHuman || e.Class == models.ClassSelf || e.Class == models.ClassInternal
	if person {
		e.ClipID = d.shown(&d.jobs[j], e.ID, at)
	}
	v.keep(e)
	if person { // programs do not watch
		v.watch(e, j, link)
	}
}

// midnight is when a day begins in Norwegian winter time.
func (v *visits) midnight(day int) time.Time {
	return v.demo.start.AddDate(0, 0, day).Truncate(24 * time.Hour).Add(-time.Hour)
}

// moment is a time on that day, by the hours at which people look at their phones.
func (v *visits) moment(day int) time.Time {
	hour := v.demo.pick(len(hourly), func(i int) float64 { return hourly[i] })
	at := v.midnight(day).Add(time.Duration(hour)*time.Hour + time.Duration(v.rng.Int64N(int64(time.Hour/time.Microsecond)))*time.Microsecond)
	if late := v.demo.now.Add(-20 * time.Minute); at.After(late) {
		at = at.Add(-24 * time.Hour)
	}
	return at
}

// link is one that exists by the day, by reach; every other time one of the newest quarter, as posts grow old.
func (v *visits) link() int {
	from := 0
	if v.rng.IntN(2) == 0 {
		from = v.opened * 3 / 4
	}
	low := 0.0
	if from > 0 {
		low = v.reach[from-1]
	}
	want := low + v.rng.Float64()*(v.reach[v.opened-1]-low)
	to := v.opened - 1
	for from < to {
		if mid := (from + to) / 2; v.reach[mid] > want {
			to = mid
		} else {
			from = mid + 1
		}
	}
	return from
}

func (v *visits) agent(channel string) *agent {
	list := v.human
	if v.rng.Float64() < 0.27 {
		list = v.other
	}
	return &list[v.demo.pick(len(list), func(i int) float64 {
		return list[i].weight(channel)
	})]
}

// visitor is most often somebody new, and now and then somebody who comes back the same day.
func (v *visits) visitor() uuid.UUID {
	if len(v.seen) > 20 && v.rng.IntN(8) == 0 {
		return v.seen[v.rng.IntN(len(v.seen))]
	}
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[0:], v.random.Uint64())
	binary.BigEndian.PutUint64(id[8:], v.random.Uint64())
	if len(v.seen) < 4096 {
		v.seen = append(v.seen, id)
	}
	return id
}

func (v *visits) keep(e models.Event) bool {
	if v.left == 0 {
		return false
	}
	v.left--
	v.events = append(v.events, e)
	return true
}
