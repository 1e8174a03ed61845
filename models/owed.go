package models

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Owed is an answer that a person is owed for something they did.
type Owed struct {
	UserID uuid.UUID // who waits for it
	Kind   string    // OwedShare and its like, which say what About is
	About  uuid.UUID
	JobID  *uuid.UUID // where it is about a job
	OwerID *uuid.UUID // who asked for the thing and owes the answer; nil: the rules say who

	Private bool // nobody but the two may know of it: it never climbs, and ends when OwerID leaves
}

// Owe notes that somebody is owed an answer, once for each thing, and tells who owes it. Call it in the transaction of the change. What
// the house does not owe, and who has left, is passed over.
func (db *DB) Owe(ctx context.Context, o Owed) error {
	rule, err := db.owedRule(ctx, o.Kind)
	if err != nil || !rule.Owed {
		return err
	}
	id, now := NewID(), db.Now()
	res := db.q(ctx).Exec(`
		insert into owed (id, user_id, kind, about, job_id, asked_id, private, who, since, due_at, held_since)
		select @id, u.id, @kind, @about, @job, @asked, @private, @who, @now, @due, @now from users u where u.id = @user and u.deactivated_at is null
		on conflict (user_id, kind, about) do nothing`,
		map[string]any{"id": id, "user": o.UserID, "kind": o.Kind, "about": o.About, "job": o.JobID, "asked": o.OwerID, "private": o.Private, "who": rule.Who, "now": now, "due": now.AddDate(0, 0, rule.Days)})
	if res.Error != nil {
		return fmt.Errorf("owe an answer: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return nil
	}
	return db.passOwed(ctx, "o.id = @id", map[string]any{"id": id, "new": true})
}

// EndOwed ends what is owed for a thing that is no more, where nobody has answered yet.
func (db *DB) EndOwed(ctx context.Context, kind string, about uuid.UUID) error {
	var gone []uuid.UUID
	err := db.q(ctx).Raw("update owed set ended_at = ? where kind = ? and about = ? and answered_at is null and ended_at is null returning id", db.Now(), kind, about).
		Scan(&gone).Error
	if err != nil {
		return mapped(err)
	}
	return db.forgetOwedNotices(ctx, gone)
}

func (db *DB) owedRule(ctx context.Context, kind string) (OwedRule, error) {
	rules, err := db.OwedRules(ctx)
	if err != nil {
		return OwedRule{}, err
	}
	for _, r := range rules {
		if r.Kind == kind {
			return r, nil
		}
	}
	return OwedRule{}, fmt.Errorf("owe an answer: %q is in no rule", kind)
}

// owedFrom are the tables that owerSQL and openOwed look into.
const owedFrom = ` from owed o join users w on w.id = o.user_id
	left join jobs j on j.id = o.job_id left join teams t on t.id = w.team_id `

// openOwed keeps to what waits: for somebody who works here, and of an application's turns to what its candidate lets the colleague know,
// was not taken back, and the colleague is still credited for.
const openOwed = `o.answered_at is null and o.ended_at is null and w.deactivated_at is null
	and (not o.private or exists (select from users k where k.id = o.asked_id and k.deactivated_at is null)) and (o.kind <> 'turn' or exists (
	select from applications a left join stage_changes sc on sc.id = o.about join standing_credits c on c.application_id = a.id and c.user_id = o.user_id
	where a.id = coalesce(sc.application_id, o.about) and (sc.id is null or not sc.undone and a.colleague_learns <> 'received')))`

// owes is what somebody owes since lately.
type owes struct {
	ID       uuid.UUID
	UserID   uuid.UUID  // who waits
	HolderID *uuid.UUID // nil: HR
}

// passOwed notes who owes what now, where that is another than who was told, and tells them. It looks at what where picks; with "new" in
// args nobody was told yet.
func (db *DB) passOwed(ctx context.Context, where string, args map[string]any) error {
	if args["new"] == nil {
		args["new"] = false
	}
	args["now"] = db.Now()
	var passed []owes
	err := db.q(ctx).Raw(`
		update owed set holder_id = n.ower_id, held_since = @now
		from (select o.id, `+owerSQL+` as ower_id`+owedFrom+`where `+openOwed+` and `+where+`) n
		where owed.id = n.id and (@new or owed.holder_id is distinct from n.ower_id)
		returning owed.id, owed.user_id, owed.holder_id`, args).Scan(&passed).Error
	if err != nil {
		return fmt.Errorf("who owes an answer: %w", err)
	}
	return db.tellOwers(ctx, passed)
}

// climbAfter is how long whoever has just come to owe a thing has at least.
const climbAfter = 24 * time.Hour

// TendOwed is what time brings: what was not answered in time climbs, once, to the next leader, and HR sees that it did; what somebody
// owed who leads no longer, or has left, moves on; what nobody waits for any more ends. It may be repeated, and gives how many climbed.
func (db *DB) TendOwed(ctx context.Context) (climbed int, err error) {
	err = db.Tx(ctx, func(tx *DB) error {
		if err := tx.endOwed(ctx); err != nil {
			return err
		}
		if err := tx.passOwed(ctx, "true", map[string]any{}); err != nil {
			return err
		}
		late, err := tx.climb(ctx)
		climbed = len(late)
		if err != nil || climbed == 0 {
			return err
		}
		ids := make([]uuid.UUID, climbed)
		for i, o := range late {
			ids[i] = o.ID
		}
		if err := tx.passOwed(ctx, "o.id in @ids", map[string]any{"ids": ids, "new": true}); err != nil {
			return err
		}
		return tx.tellClimbed(ctx, late)
	})
	if err != nil {
		return 0, fmt.Errorf("look after what is owed: %w", err)
	}
	return climbed, nil
}

// climb takes what was not answered in time from who owed it. What HR owes has nowhere to climb.
func (db *DB) climb(ctx context.Context) (late []owes, err error) {
	err = db.q(ctx).Raw(`
		update owed set climbed_at = @now, climbed_from = holder_id
		from (select o.id`+owedFrom+`where `+openOwed+`) n
		where owed.id = n.id and owed.climbed_at is null and not owed.private and owed.holder_id is not null and owed.due_at <= @now and owed.held_since <= @held
		returning owed.id, owed.user_id`, map[string]any{"now": db.Now(), "held": db.Now().Add(-climbAfter)}).Scan(&late).Error
	return late, mapped(err)
}

// endOwed ends for good what nobody waits for any more.
func (db *DB) endOwed(ctx context.Context) error {
	var gone []uuid.UUID
	err := db.q(ctx).Raw(`
		update owed set ended_at = @now from (select o.id`+owedFrom+`where o.answered_at is null and o.ended_at is null and not (`+openOwed+`)) n
		where owed.id = n.id returning owed.id`, map[string]any{"now": db.Now()}).Scan(&gone).Error
	if err != nil {
		return mapped(err)
	}
	return db.forgetOwedNotices(ctx, gone)
}
