package models

import (
	"context"
)

// Where an application came from.
const (
	SourceReferred   = "referred"   // somebody is credited
	SourceUncredited = "uncredited" // by a share link that earned nobody anything
	SourceOpen       = "open"       // by the open door
)

// Sources are where applications come from.
var Sources = Words{SourceReferred, SourceUncredited, SourceOpen}

// Outcomes are what became of an application; all that are not over are open.
var Outcomes = Words{OutcomeOpen, StageHired, StageRejected, StageWithdrawn}

// OutcomeOpen is an application that is not over.
const OutcomeOpen = "open"

// Flow is how many applications went from a team over a channel to an outcome.
type Flow struct {
	Team, TeamName string // empty for people without a team
	Channel        string // empty where somebody is credited without a link
	Outcome        string
	N              int64
}

// Flows are the credited applications from team over channel to outcome.
func (db *DB) Flows(ctx context.Context, f ReferralFilter) ([]Flow, error) {
	return answers[Flow](ctx, db, "flows", f, nil)
}

// SourceCount is how many applications came from somewhere, and how far they came.
type SourceCount struct {
	Source                         string
	Applications, Qualified, Hired int64
}

// SourceCounts compares where applications come from; all three sources are there, in the order of Sources.
func (db *DB) SourceCounts(ctx context.Context, f ReferralFilter) ([]SourceCount, error) {
	found, err := answers[SourceCount](ctx, db, "sources", f, nil)
	all := make([]SourceCount, len(Sources))
	for i, source := range Sources {
		all[i].Source = source
		for _, s := range found {
			if s.Source == source {
				all[i] = s
			}
		}
	}
	return all, err
}

// StageTime is how many days applications were in a stage before they left it, or, for the stage hired, from the application to the hire.
type StageTime struct {
	Stage     string
	Source    string // empty for all
	N         int64  // applications
	Quartiles [3]float64
}

// StageTimes are how long stages take; what nobody has left yet is not there.
func (db *DB) StageTimes(ctx context.Context, f ReferralFilter) ([]StageTime, error) {
	found, err := answers[struct {
		Stage, Source string
		N             int64
		Quartiles     []float64
	}](ctx, db, "stages", f, nil)
	all := make([]StageTime, 0, len(found))
	for _, s := range found {
		t := StageTime{Stage: s.Stage, Source: s.Source, N: s.N}
		copy(t.Quartiles[:], s.Quartiles)
		all = append(all, t)
	}
	return all, err
}

// Concentration is how the credit lies.
type Concentration struct {
	Half   int64 // the fewest people who hold half of it together
	Any    int64 // people who hold any
	Shared int64 // people who have shared
}

// Concentration tells how few people hold half of the credit.
func (db *DB) Concentration(ctx context.Context, f ReferralFilter) (Concentration, error) {
	rows, err := answers[Concentration](ctx, db, "concentration", f, nil)
	if err != nil || len(rows) == 0 {
		return Concentration{}, err
	}
	return rows[0], nil
}
