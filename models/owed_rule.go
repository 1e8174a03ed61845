package models

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// What a person is owed an answer for. About is that of the thing.
const (
	OwedShare   = "share"   // the first share of a job: the job's
	OwedClip    = "clip"    // a proposed clip: the proposal's
	OwedAnswer  = "answer"  // an answer to a question: the answer's
	OwedWording = "wording" // a suggested wording: the suggestion's
	OwedTurn    = "turn"    // a turn of an application that came by their share: the stage change's, for its arrival the application's
)

// Whose turn it is first to answer.
const (
	OwesJob = "job" // the job's leader, then the person's own, then HR
	OwesOwn = "own" // the person's own leader, then the job's, then HR
	OwesHR  = "hr"
)

// Owers are these.
var Owers = Words{OwesJob, OwesOwn, OwesHR}

// MaxOwedDays is the longest that an answer may be waited for before it climbs.
const MaxOwedDays = 90

// OwedRule says of one kind of thing whether it is owed an answer, by whom, and how long that may take.
type OwedRule struct {
	Kind string
	Owed bool
	Who  string // one of Owers
	Days int    // until it climbs to the next leader
}

// DefaultOwedRules is the table of what is owed, until the house has its own.
func DefaultOwedRules() []OwedRule {
	return []OwedRule{
		{OwedShare, true, OwesJob, 7},
		{OwedClip, true, OwesJob, 7},
		{OwedAnswer, true, OwesJob, 7},
		{OwedWording, true, OwesJob, 7},
		{OwedTurn, true, OwesJob, 7},
	}
}

// owesNext is the table of who owes: the places that each rule asks, the first first. Whoever asked for the thing comes before all of
// them, and HR after.
var owesNext = map[string][]string{
	OwesJob: {"j.leader_id", ownLeader},
	OwesOwn: {ownLeader, "j.leader_id"},
	OwesHR:  {},
}

// ownLeader is the leader of who waits. What became of an application is a result of theirs: of that their own leader is asked only where
// they have agreed that leaders read such things beside their name.
const ownLeader = "case when o.kind <> 'turn' or w.show_results then t.leader_id end"

// owerSQL is the table above as a query: who owes o now, null for HR. Nobody owes themself, whoever left owes nothing, and what climbed
// is past the one it climbed from.
var owerSQL = func() string {
	places := []string{"(0, o.asked_id)"}
	for _, who := range Owers {
		for turn, leader := range owesNext[who] {
			places = append(places, fmt.Sprintf("(case when o.who = '%s' then %d end, %s)", who, turn+1, leader))
		}
	}
	return `(select u.id from (values ` + strings.Join(places, ", ") + `) c (turn, id) join users u on u.id = c.id
		where c.turn is not null and (c.turn = 0 or not o.private) and u.deactivated_at is null and (u.role <> 'employee' or c.turn = 0)
		  and u.id <> o.user_id and u.id is distinct from o.climbed_from order by c.turn limit 1)`
}()

// OwedRules are the rules that hold, in the order of the table.
func (db *DB) OwedRules(ctx context.Context) ([]OwedRule, error) {
	var own []OwedRule
	if err := db.q(ctx).Table("owed_rules").Find(&own).Error; err != nil {
		return nil, fmt.Errorf("rules of what is owed: %w", mapped(err))
	}
	rules := DefaultOwedRules()
	for i := range rules {
		for _, o := range own {
			if o.Kind == rules[i].Kind {
				rules[i] = o
			}
		}
	}
	return rules, nil
}

// SaveOwedRules changes the rules. They hold for what is open already as well: what is no longer owed ends, and what has not climbed yet
// climbs by the new days.
func (db *DB) SaveOwedRules(ctx context.Context, rules []OwedRule) error {
	if err := checkOwedRules(rules); err != nil {
		return err
	}
	return db.Tx(ctx, func(tx *DB) error {
		before, err := tx.OwedRules(ctx)
		if err != nil {
			return err
		}
		altered := Facts{}
		for i, r := range before {
			for _, now := range rules {
				if now.Kind != r.Kind || now == r {
					continue
				}
				altered["owed_"+r.Kind] = now.code()
				if err := tx.saveOwedRule(ctx, now); err != nil {
					return err
				}
				before[i] = now
			}
		}
		return tx.Audit(ctx, Deed{DidChange, OfRules, uuid.Nil, altered})
	})
}

// code is the rule as the audit log writes it.
func (r OwedRule) code() string {
	if !r.Owed {
		return "none"
	}
	return fmt.Sprintf("%s,%d", r.Who, r.Days)
}

func (db *DB) saveOwedRule(ctx context.Context, r OwedRule) error {
	err := db.q(ctx).Table("owed_rules").Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "kind"}}, UpdateAll: true}).Create(&r).Error
	if err != nil {
		return mapped(err)
	}
	open := db.q(ctx).Table("owed").Where("kind = ? and answered_at is null and ended_at is null", r.Kind)
	if !r.Owed {
		var gone []uuid.UUID
		if err := open.Pluck("id", &gone).Error; err != nil {
			return mapped(err)
		}
		if err := db.q(ctx).Table("owed").Where("id in ? and answered_at is null and ended_at is null", gone).Update("ended_at", db.Now()).Error; err != nil {
			return mapped(err)
		}
		return db.forgetOwedNotices(ctx, gone)
	}
	return mapped(open.Updates(map[string]any{
		"who": r.Who, "due_at": clause.Expr{SQL: "case when climbed_at is null then since + make_interval(days => ?) else due_at end", Vars: []any{r.Days}},
	}).Error)
}

func checkOwedRules(rules []OwedRule) error {
	var bad ValidationErrors
	for _, r := range rules {
		if r.Days < 1 || r.Days > MaxOwedDays {
			bad.Add("days_"+r.Kind, "rules.error.number", "Min", 1, "Max", MaxOwedDays)
		}
		if !Owers.Has(r.Who) {
			bad.Add("who_"+r.Kind, "error.choose")
		}
	}
	return bad.Err()
}
