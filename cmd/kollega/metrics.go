package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kollega/handlers/live"
	"kollega/internal/inbox"
	"kollega/models"
	"kollega/tracking"
)

// trackingFigures are the journal's and shipper's counts, as /metrics has them.
type trackingFigures struct {
	stats func() tracking.Stats
	now   func() time.Time
	descs map[string]*prometheus.Desc
}

var trackingHelp = map[string]string{
	"kollega_events_recorded_total":    "Events that are durable on this instance's disk.",
	"kollega_events_shipped_total":     "Events that this instance brought to Postgres.",
	"kollega_events_quarantined_total": "Events that Postgres refused for good; they are kept in refused.log.",
	"kollega_events_lost_total":        "Events that could not be made durable. Anything above zero needs a look at the disk.",
	"kollega_journal_segments":         "Journal files that wait for Postgres.",
	"kollega_journal_oldest_seconds":   "Age of the oldest event that Postgres does not have yet, in seconds.",
}

func newTrackingFigures(stats func() tracking.Stats, now func() time.Time) trackingFigures {
	f := trackingFigures{stats: stats, now: now, descs: map[string]*prometheus.Desc{}}
	for name, help := range trackingHelp {
		f.descs[name] = prometheus.NewDesc(name, help, nil, nil)
	}
	return f
}

// Describe names the figures.
func (f trackingFigures) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range f.descs {
		ch <- d
	}
}

// Collect reads the figures.
func (f trackingFigures) Collect(ch chan<- prometheus.Metric) {
	s := f.stats()
	send := func(name string, kind prometheus.ValueType, value float64) {
		ch <- prometheus.MustNewConstMetric(f.descs[name], kind, value)
	}
	send("kollega_events_recorded_total", prometheus.CounterValue, float64(s.Recorded))
	send("kollega_events_shipped_total", prometheus.CounterValue, float64(s.Shipped))
	send("kollega_events_quarantined_total", prometheus.CounterValue, float64(s.Quarantined))
	send("kollega_events_lost_total", prometheus.CounterValue, float64(s.Lost))
	send("kollega_journal_segments", prometheus.GaugeValue, float64(s.Segments))
	oldest := 0.0
	if !s.Oldest.IsZero() {
		oldest = f.now().Sub(s.Oldest).Seconds()
	}
	send("kollega_journal_oldest_seconds", prometheus.GaugeValue, oldest)
}

// inboxFigures are the applications that wait on this machine's disk or for a person, as /metrics has them.
type inboxFigures struct {
	inbox *inbox.Inbox
	db    *models.DB
	now   func() time.Time

	waiting, oldest, damaged, aside *prometheus.Desc
}

func newInboxFigures(in *inbox.Inbox, db *models.DB, now func() time.Time) inboxFigures {
	desc := func(name, help string) *prometheus.Desc { return prometheus.NewDesc(name, help, nil, nil) }
	return inboxFigures{
		inbox: in, db: db, now: now,
		waiting: desc("kollega_applications_waiting", "Applications on this instance's disk that Postgres or S3 does not have yet."),
		oldest:  desc("kollega_applications_oldest_seconds", "Age of the oldest of them, in seconds."),
		damaged: desc("kollega_applications_damaged", "Applications on this instance's disk that cannot be read. Anything above zero needs a look at the disk."),
		aside:   desc("kollega_applications_set_aside", "Confirmed applications that no rule could take; HR has to decide. Missing while Postgres is away."),
	}
}

// Describe names the figures.
func (f inboxFigures) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{f.waiting, f.oldest, f.damaged, f.aside} {
		ch <- d
	}
}

// Collect reads the figures.
func (f inboxFigures) Collect(ch chan<- prometheus.Metric) {
	s := f.inbox.Stats()
	send := func(d *prometheus.Desc, value float64) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value)
	}
	send(f.waiting, float64(s.Waiting))
	send(f.damaged, float64(s.Damaged))
	oldest := 0.0
	if !s.Oldest.IsZero() {
		oldest = f.now().Sub(s.Oldest).Seconds()
	}
	send(f.oldest, oldest)
	ctx, stop := context.WithTimeout(context.Background(), time.Second)
	defer stop()
	if n, err := f.db.SetAsides(ctx); err == nil {
		send(f.aside, float64(n))
	}
}

// liveFigures are the open pages that hear of changes, as /metrics has them.
type liveFigures struct {
	stats                func() live.Stats
	pages, told, refused *prometheus.Desc
}

func newLiveFigures(stats func() live.Stats) liveFigures {
	desc := func(name, help string) *prometheus.Desc { return prometheus.NewDesc(name, help, nil, nil) }
	return liveFigures{
		stats:   stats,
		pages:   desc("kollega_live_pages", "Open pages that this instance holds a connection to."),
		told:    desc("kollega_live_messages_total", "Messages to open pages that something they show has changed."),
		refused: desc("kollega_live_refused_total", "Connections of open pages that were one too many; they ask now and then."),
	}
}

// Describe names the figures.
func (f liveFigures) Describe(ch chan<- *prometheus.Desc) {
	ch <- f.pages
	ch <- f.told
	ch <- f.refused
}

// Collect reads the figures.
func (f liveFigures) Collect(ch chan<- prometheus.Metric) {
	s := f.stats()
	ch <- prometheus.MustNewConstMetric(f.pages, prometheus.GaugeValue, float64(s.Pages))
	ch <- prometheus.MustNewConstMetric(f.told, prometheus.CounterValue, float64(s.Told))
	ch <- prometheus.MustNewConstMetric(f.refused, prometheus.CounterValue, float64(s.Refused))
}
