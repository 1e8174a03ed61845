package demo

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"kollega/models"
)

// promises are what colleagues get for a hire, one job after the other.
var promises = []models.RewardPlan{
	{Kind: models.RewardMoney, Amount: 5000_00, Currency: "NOK"},
	{Kind: models.RewardMoney, Amount: 10_000_00, Currency: "NOK", Months: 6},
	{Kind: models.RewardDayOff, Months: 1},
	{Kind: models.RewardGift, Words: "Gavekort på bokhandelen"},
}

// moreHires is how many candidates are hired beside those whose journey led there: so that rewards of every state can be shown.
const moreHires = 6

// hr is who does HR's work.
func (d *demo) hr() models.User {
	p := d.house.hr
	return models.User{ID: p.id, Name: p.name, Email: p.email, Role: p.role}
}

// reward hires some more recommended candidates, has the rewards follow, and settles a few of them.
func (d *demo) reward(ctx context.Context) error {
	rows, err := d.db.Pool().Query(ctx, `select a.id, a.stage_since from applications a join standing_credits c on c.application_id = a.id
		where a.stage in ('offer', 'interview', 'screening') order by array_position(array['offer', 'interview', 'screening'], a.stage), a.submitted_at, a.id limit $1`, moreHires)
	if err != nil {
		return err
	}
	chosen, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
		ID    uuid.UUID
		Since time.Time
	}])
	if err != nil {
		return err
	}
	for i, app := range chosen {
		past := *d.db
		at := d.now.Add(-time.Duration(i+1) * 20 * time.Hour)
		if at.Before(app.Since) {
			at = app.Since.Add(d.now.Sub(app.Since) / 2)
		}
		past.Now = func() time.Time { return at }
		if _, err := past.Move(ctx, d.hr(), app.ID, models.StageMove{To: models.StageHired}); err != nil {
			return err
		}
		d.result.Hires++
	}
	if _, err := d.db.TendRewards(ctx); err != nil {
		return err
	}
	return d.settleRewards(ctx)
}

// settleRewards pays one that is due, and lets one that waits come to nothing.
func (d *demo) settleRewards(ctx context.Context) error {
	due, _, err := d.db.Rewards(ctx, d.hr(), models.RewardFilter{State: models.RewardEligible})
	if err != nil {
		return err
	}
	if len(due) > 1 {
		if _, err := d.db.PayRewards(ctx, d.hr(), []uuid.UUID{due[0].ID}, d.now); err != nil {
			return err
		}
	}
	waiting, _, err := d.db.Rewards(ctx, d.hr(), models.RewardFilter{State: models.RewardPending})
	if err != nil || len(waiting) < 2 {
		return err
	}
	return d.db.ForfeitReward(ctx, d.hr(), waiting[0].ID, models.RewardLeft, "Den nye kollegaen fikk et tilbud nærmere hjemme og sluttet i prøvetiden. Takk for at du anbefalte oss.")
}

// look is what HR and the administrator looked at lately, as the audit log keeps it.
func (d *demo) look(ctx context.Context) error {
	rows, err := d.db.Pool().Query(ctx, `select id from applications order by submitted_at desc, id limit 12`)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return err
	}
	for i, id := range ids {
		past := *d.db
		past.Now = func() time.Time { return d.now.Add(-time.Duration(len(ids)-i) * 5 * time.Hour) }
		deeds := []models.Deed{
			{Verb: models.DidSee, Kind: models.OfApplication, Details: models.Facts{"count": 25}},
			{Verb: models.DidSee, Kind: models.OfApplication, ID: id},
		}
		if i%4 == 0 {
			deeds = append(deeds, models.Deed{Verb: models.DidExport, Kind: models.OfReport, Details: models.Facts{"format": "csv", "count": len(d.house.staff)}})
		}
		for _, deed := range deeds {
			if err := past.Audit(ctx, deed); err != nil {
				return err
			}
		}
	}
	return nil
}
