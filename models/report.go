package models

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

//go:embed queries/referrals.sql
var referralsSQL string

// ReferralGroups are what the referral report can be broken down by.
var ReferralGroups = Words{"employee", "team", "job", "clip", "channel", "skill"}

// dimension is how a group's key and label are read.
type dimension struct{ key, label, joins string }

var dimensions = map[string]dimension{
	"employee": {"l.user_id::text", "u.name", ""},
	"team":     {"coalesce(u.team_id::text, '')", "coalesce(team.name, '')", "left join teams team on team.id = u.team_id"},
	"job":      {"l.job_id::text", "j.title", "join jobs j on j.id = l.job_id"},
	"clip":     {"c.clip_id::text", "clip.title", "left join clips clip on clip.id = c.clip_id"},
	"channel":  {"l.channel", "l.channel", ""},
	"skill":    {"js.skill_id::text", "skill.name", "join job_skills js on js.job_id = l.job_id join skills skill on skill.id = js.skill_id"},
}

// ReferralFilter is what a referral report is about.
type ReferralFilter struct {
	GroupBy  string
	JobID    *uuid.UUID
	From, To time.Time // days, both included; zero To is today, zero From is the beginning
}

// Referral is what the share links of one group led to. Hits counts every request, all others only people's.
type Referral struct {
	Key          string `json:"key"`
	Label        string `json:"label"`
	Hits         int64  `json:"hits"`
	Clicks       int64  `json:"clicks"`
	Visitors     int64  `json:"visitors"`
	Views        int64  `json:"views"`
	Plays        int64  `json:"plays"`
	Q25          int64  `json:"q25"`
	Q50          int64  `json:"q50"`
	Q75          int64  `json:"q75"`
	Q100         int64  `json:"q100"`
	ApplyStarts  int64  `json:"apply_starts"`
	Applications int64  `json:"applications"`
	Qualified    int64  `json:"qualified"`
	Hires        int64  `json:"hires"`
}

// Referrals is the referral report, the most hires first. It reads the rollups, so it costs the same with many events.
func (db *DB) Referrals(ctx context.Context, f ReferralFilter) ([]Referral, error) {
	d, ok := dimensions[f.GroupBy]
	if !ok {
		return nil, Invalid("group_by", "error.choose")
	}
	if f.To.IsZero() {
		f.To = db.Now().UTC()
	}
	if f.From.IsZero() {
		f.From = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if f.To.Before(f.From) {
		return nil, Invalid("to", "error.range")
	}
	sql := strings.NewReplacer("{key}", d.key, "{label}", d.label, "{joins}", d.joins).Replace(referralsSQL)
	rows := []Referral{}
	err := db.q(ctx).Raw(sql, map[string]any{"from": f.From.Format(time.DateOnly), "to": f.To.Format(time.DateOnly), "job": f.JobID}).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("referrals by %s: %w", f.GroupBy, err)
	}
	return rows, nil
}
