package models

import (
	"context"
	"fmt"
	"maps"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Hits are all requests for the pages behind share links, by what made them.
type Hits struct {
	Total   int64
	Classes []HitClass // all there are, in the order of Classes
	Why     bool       // whether the reasons are known: they are counted over all colleagues together
}

// HitClass is how many hits are of a class.
type HitClass struct {
	Class     string
	Hits      int64
	Confirmed int64       // of people's: the page was before somebody's eyes for a second
	Reasons   []HitReason // the most frequent first; none for people's
}

// HitReason is how many hits were judged so for one reason, empty where it was not kept.
type HitReason struct {
	Reason string
	Hits   int64
}

// HitLink is a share link with its hits by class.
type HitLink struct {
	LinkID    uuid.UUID
	Name      string // who shared
	Job       string
	Channel   string
	Hits      int64
	Human     int64
	Confirmed int64
	Preview   int64
	Bot       int64
	Prefetch  int64
	Self      int64
	Internal  int64
	Suspect   int64
}

// Hits tells the hits of a report by class, and why; it reads rollups, so it costs the same with many events.
func (db *DB) Hits(ctx context.Context, f ReferralFilter) (Hits, error) {
	h := Hits{Why: f.Team == "" && f.UserID == nil}
	found, err := answers[struct {
		Class, Reason   string
		Hits, Confirmed int64
	}](ctx, db, "hits", f, nil)
	if err != nil {
		return h, err
	}
	for _, class := range Classes {
		c := HitClass{Class: class}
		for _, r := range found {
			if r.Class != class {
				continue
			}
			c.Hits, c.Confirmed = c.Hits+r.Hits, c.Confirmed+r.Confirmed
			if h.Why && class != ClassHuman {
				c.Reasons = append(c.Reasons, HitReason{Reason: r.Reason, Hits: r.Hits})
			}
		}
		h.Total += c.Hits
		h.Classes = append(h.Classes, c)
	}
	return h, nil
}

// HitLinks are the share links that had hits in a report's time, the most first.
func (db *DB) HitLinks(ctx context.Context, f ReferralFilter, p Page) (links []HitLink, err error) {
	asked, err := f.asked(db.Now())
	if err != nil {
		return nil, err
	}
	f.From, f.To = asked.first, asked.last
	// One picture of the database, as in visits.
	err = db.picture(ctx, func(tx pgx.Tx) error {
		args, err := countedArgs(ctx, tx, asked, f)
		if err != nil {
			return err
		}
		maps.Copy(args, p.args())
		rows, err := tx.Query(ctx, reportSQL("hit_links", dimension{}), args)
		if err != nil {
			return err
		}
		links, err = pgx.CollectRows(rows, pgx.RowToStructByPos[HitLink])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("links by their hits: %w", err)
	}
	return links, nil
}
