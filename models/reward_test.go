package models_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// hire is a job with a promise, an application for it that came by Liv's link, and HR.
type hire struct {
	db       *models.DB
	c        *clock
	hr       models.User
	liv, ola models.User
	job      models.Job
	app      models.Application
}

func hiring(t *testing.T, plan models.RewardPlan) hire {
	t.Helper()
	db, c := open(t)
	ctx := t.Context()
	h := hire{db: db, c: c, hr: add(t, db, "hr@example.org", models.RoleHR)}
	h.liv, h.ola = colleague(t, db, "Liv", "liv@example.org"), colleague(t, db, "Ola", "ola@example.org")
	h.job = publish(t, db, "Kokk")
	if plan.Kind != "" {
		h.promise(t, plan)
	}
	link, _, err := db.MakeLink(ctx, h.liv, h.liv.ID, h.job.ID, "linkedin")
	if err != nil {
		t.Fatal(err)
	}
	c.Add(time.Hour)
	h.app = apply(ctx, t, db, h.job, &link, "c@example.com")
	return h
}

func (h hire) promise(t *testing.T, plan models.RewardPlan) {
	t.Helper()
	h.c.Add(time.Second)
	if err := h.db.SaveRewardPlan(t.Context(), h.hr, h.job.ID, plan); err != nil {
		t.Fatal(err)
	}
}

func (h hire) move(t *testing.T, to string) {
	t.Helper()
	h.c.Add(time.Second)
	if _, err := h.db.MoveStage(t.Context(), h.hr, h.app.ID, to, ""); err != nil {
		t.Fatal(err)
	}
}

// give has HR say whose the credit is.
func (h hire) give(t *testing.T, shares ...models.Share) {
	t.Helper()
	h.c.Add(time.Second)
	if err := h.db.OverrideCredit(t.Context(), h.hr, h.app.ID, shares, "Slik var det"); err != nil {
		t.Fatal(err)
	}
}

// due is a reward as a test wants it.
type due struct {
	who    string
	state  string
	cause  string
	amount int64
}

// want compares what is there, of everybody, with what should be.
func (h hire) want(t *testing.T, wants ...due) map[string]models.Reward {
	t.Helper()
	rewards, _, err := h.db.Rewards(t.Context(), h.hr, models.RewardFilter{})
	if err != nil {
		t.Fatal(err)
	}
	got, by := map[due]bool{}, map[string]models.Reward{}
	for _, r := range rewards {
		got[due{r.User.Name, r.State, r.Cause, r.Amount}] = true
		by[r.User.Name] = r
	}
	if len(rewards) != len(wants) {
		t.Errorf("%d rewards, want %d: %+v", len(rewards), len(wants), got)
	}
	for _, w := range wants {
		if !got[w] {
			t.Errorf("got %+v, want %+v", got, w)
		}
	}
	return by
}

var (
	atOnce = models.RewardPlan{Kind: models.RewardMoney, Amount: 5000_00, Currency: "nok"}
	later  = models.RewardPlan{Kind: models.RewardMoney, Amount: 5000_00, Currency: "NOK", Months: 6}
)

func TestARewardArisesWithTheHire(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		plan models.RewardPlan
		want []due
	}{
		{"on hire", atOnce, []due{{"Liv", models.RewardEligible, models.RewardHired, 5000_00}}},
		{"after months", later, []due{{"Liv", models.RewardPending, models.RewardHired, 5000_00}}},
		{"a day off", models.RewardPlan{Kind: models.RewardDayOff}, []due{{"Liv", models.RewardEligible, models.RewardHired, 0}}},
		{"nothing promised", models.RewardPlan{}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := hiring(t, tt.plan)
			h.move(t, models.StageOffer)
			h.want(t)
			h.move(t, models.StageHired)
			h.want(t, tt.want...)
			for range 2 { // again and again it is the same one
				if _, err := h.db.TendRewards(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			h.want(t, tt.want...)
		})
	}
}

func TestOnesOwnApplicationEarnsNoReward(t *testing.T) {
	t.Parallel()
	h := hiring(t, atOnce)
	link, _, err := h.db.MakeLink(t.Context(), h.ola, h.ola.ID, h.job.ID, "linkedin")
	if err != nil {
		t.Fatal(err)
	}
	h.app = apply(t.Context(), t, h.db, h.job, &link, h.ola.Email)
	h.move(t, models.StageHired)
	h.want(t)
}

func TestARewardFollowsTheHire(t *testing.T) {
	t.Parallel()
	h := hiring(t, later)
	h.move(t, models.StageHired)
	h.c.Add(time.Minute)
	if _, err := h.db.UndoStage(t.Context(), h.hr, h.app.ID); err != nil {
		t.Fatal(err)
	}
	h.want(t, due{"Liv", models.RewardForfeited, models.RewardUndone, 5000_00})
	h.c.Add(10 * 24 * time.Hour)
	h.move(t, models.StageHired)
	r := h.want(t, due{"Liv", models.RewardPending, models.RewardHired, 5000_00})["Liv"]
	if want := h.c.Now().UTC().AddDate(0, 6, 0).Format(time.DateOnly); r.DueOn.Format(time.DateOnly) != want {
		t.Errorf("due on %s, want %s: six months from the second hire", r.DueOn.Format(time.DateOnly), want)
	}
	h.move(t, models.StageWithdrawn) // never came
	h.want(t, due{"Liv", models.RewardForfeited, models.RewardUndone, 5000_00})
}

func TestARewardFollowsTheCredit(t *testing.T) {
	t.Parallel()
	h := hiring(t, atOnce)
	h.move(t, models.StageHired)
	h.give(t, models.Share{UserID: h.ola.ID, Weight: 1})
	h.want(t, due{"Liv", models.RewardForfeited, models.RewardCredit, 5000_00}, due{"Ola", models.RewardEligible, models.RewardHired, 5000_00})
	third := colleague(t, h.db, "Kari", "kari@example.org")
	h.give(t, models.Share{UserID: h.ola.ID, Weight: 1. / 3}, models.Share{UserID: h.liv.ID, Weight: 1. / 3}, models.Share{UserID: third.ID, Weight: 1. / 3})
	rewards, _, err := h.db.Rewards(t.Context(), h.hr, models.RewardFilter{State: models.RewardEligible})
	if err != nil || len(rewards) != 3 {
		t.Fatalf("%d %v", len(rewards), err)
	}
	var sum int64
	for _, r := range rewards {
		if r.Amount < 1666_66 || r.Amount > 1666_67 {
			t.Errorf("%s gets %d of 500000 hundredths", r.User.Name, r.Amount)
		}
		sum += r.Amount
	}
	if sum != 5000_00 {
		t.Errorf("the parts sum to %d, want the whole", sum)
	}
	h.give(t) // nobody
	rewards, _, err = h.db.Rewards(t.Context(), h.hr, models.RewardFilter{State: models.RewardForfeited})
	if err != nil || len(rewards) != 3 {
		t.Errorf("%d forfeited %v, want all 3", len(rewards), err)
	}
}

func TestWhatIsPaidStandsAndIsNotPaidTwice(t *testing.T) {
	t.Parallel()
	h := hiring(t, atOnce)
	ctx := t.Context()
	h.move(t, models.StageHired)
	h.give(t, models.Share{UserID: h.liv.ID, Weight: 0.5}, models.Share{UserID: h.ola.ID, Weight: 0.5})
	liv := h.want(t, due{"Liv", models.RewardEligible, models.RewardCredit, 2500_00}, due{"Ola", models.RewardEligible, models.RewardHired, 2500_00})["Liv"]
	pay := func(want error) {
		t.Helper()
		if _, err := h.db.PayRewards(ctx, h.hr, []uuid.UUID{liv.ID}, h.c.Now()); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	pay(nil)
	pay(models.ErrConflict) // pressed twice
	h.give(t, models.Share{UserID: h.ola.ID, Weight: 1})
	h.want(t, due{"Liv", models.RewardPaid, models.RewardPayroll, 2500_00}, due{"Ola", models.RewardEligible, models.RewardHired, 2500_00})
	h.move(t, models.StageWithdrawn)
	h.want(t, due{"Liv", models.RewardPaid, models.RewardPayroll, 2500_00}, due{"Ola", models.RewardForfeited, models.RewardUndone, 2500_00})
	h.move(t, models.StageHired)
	if err := h.db.ReopenReward(ctx, h.hr, liv.ID, "Feil person i lønn"); err != nil {
		t.Fatal(err)
	}
	h.want(t, due{"Liv", models.RewardForfeited, models.RewardCredit, 2500_00}, due{"Ola", models.RewardEligible, models.RewardCredit, 5000_00})
}

func TestALaterPlanIsForLaterApplications(t *testing.T) {
	t.Parallel()
	h := hiring(t, atOnce)
	first := h.app
	h.promise(t, models.RewardPlan{Kind: models.RewardMoney, Amount: 9000_00, Currency: "NOK"})
	h.c.Add(time.Hour)
	link, _, err := h.db.MakeLink(t.Context(), h.ola, h.ola.ID, h.job.ID, "linkedin")
	if err != nil {
		t.Fatal(err)
	}
	h.app = apply(t.Context(), t, h.db, h.job, &link, "d@example.com")
	second := h.app
	h.promise(t, models.RewardPlan{}) // nothing any more
	h.c.Add(time.Hour)
	h.app = apply(t.Context(), t, h.db, h.job, &link, "e@example.com")
	h.move(t, models.StageHired)
	h.app = first
	h.move(t, models.StageHired)
	h.app = second
	h.move(t, models.StageHired)
	h.want(t, due{"Liv", models.RewardEligible, models.RewardHired, 5000_00}, due{"Ola", models.RewardEligible, models.RewardHired, 9000_00})
	plans, err := h.db.RewardPlans(t.Context(), h.job.ID)
	if err != nil || len(plans) != 3 || plans[0].Promised() || plans[2].Amount != 5000_00 {
		t.Errorf("got %+v %v", plans, err)
	}
}

func TestTheMonthsPassByThemselves(t *testing.T) {
	t.Parallel()
	h := hiring(t, later)
	ctx := t.Context()
	h.move(t, models.StageHired)
	day := h.want(t, due{"Liv", models.RewardPending, models.RewardHired, 5000_00})["Liv"].DueOn
	tend := func(now time.Time, want int) {
		t.Helper()
		h.c.now = now
		if ripe, err := h.db.TendRewards(ctx); err != nil || ripe != want {
			t.Errorf("%d due %v, want %d", ripe, err, want)
		}
	}
	tend(day.Add(-time.Minute), 0)
	// Erased meanwhile: what the colleague is due stays, without a word of the candidate.
	if err := h.db.EraseByHR(ctx, h.hr, h.app.ID, "asked"); err != nil {
		t.Fatal(err)
	}
	tend(day.Add(time.Minute), 1)
	tend(day.Add(time.Hour), 0)
	r := h.want(t, due{"Liv", models.RewardEligible, models.RewardTime, 5000_00})["Liv"]
	if paid, err := h.db.PayRewards(ctx, h.hr, []uuid.UUID{r.ID}, h.c.Now()); err != nil || paid != 1 {
		t.Errorf("%d paid %v", paid, err)
	}
}

func TestHRForfeitsAndTakesItBackWithWords(t *testing.T) {
	t.Parallel()
	h := hiring(t, later)
	ctx := t.Context()
	h.move(t, models.StageHired)
	r := h.want(t, due{"Liv", models.RewardPending, models.RewardHired, 5000_00})["Liv"]
	for _, bad := range [][2]string{{models.RewardLeft, " "}, {"paid", "x"}, {"", "x"}} {
		if err := h.db.ForfeitReward(ctx, h.hr, r.ID, bad[0], bad[1]); err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
	if err := h.db.ReopenReward(ctx, h.hr, r.ID, "x"); !errors.Is(err, models.ErrConflict) {
		t.Errorf("reopened what nobody decided: %v", err)
	}
	if err := h.db.ForfeitReward(ctx, h.hr, r.ID, models.RewardLeft, "Sluttet etter to uker"); err != nil {
		t.Fatal(err)
	}
	h.give(t, models.Share{UserID: h.liv.ID, Weight: 1}) // the rules do not take it up again
	h.want(t, due{"Liv", models.RewardForfeited, models.RewardLeft, 5000_00})
	if err := h.db.ReopenReward(ctx, h.hr, r.ID, "Var bare i permisjon"); err != nil {
		t.Fatal(err)
	}
	h.want(t, due{"Liv", models.RewardPending, models.RewardReopened, 5000_00})
	got, err := h.db.Reward(ctx, h.hr, r.ID)
	if err != nil || len(got.Steps) != 3 || got.Steps[1].Words != "Sluttet etter to uker" || got.Steps[1].User.ID != h.hr.ID || got.Steps[0].UserID != nil {
		t.Errorf("got %+v %v", got.Steps, err)
	}
}

func TestNobodyDecidesOnTheirOwnReward(t *testing.T) {
	t.Parallel()
	h := hiring(t, atOnce)
	ctx := t.Context()
	other := add(t, h.db, "hr2@example.org", models.RoleHR)
	h.move(t, models.StageHired)
	var bad *models.ValidationError
	if err := h.db.OverrideCredit(ctx, h.hr, h.app.ID, []models.Share{{UserID: h.hr.ID, Weight: 1}}, "Meg"); !errors.As(err, &bad) || bad.Key != "reward.error.own_credit" {
		t.Errorf("gave themself the credit: %v", err)
	}
	if err := h.db.MatchHeard(ctx, h.hr, h.app.ID, h.hr.ID); !errors.As(err, &bad) || bad.Key != "reward.error.own_credit" {
		t.Errorf("took the candidate's answer for themself: %v", err)
	}
	if err := h.db.OverrideCredit(ctx, other, h.app.ID, []models.Share{{UserID: h.hr.ID, Weight: 0.5}, {UserID: h.ola.ID, Weight: 0.5}}, "Dem"); err != nil {
		t.Fatal(err)
	}
	rewards, _, err := h.db.Rewards(ctx, other, models.RewardFilter{State: models.RewardEligible})
	if err != nil || len(rewards) != 2 {
		t.Fatalf("%d %v", len(rewards), err)
	}
	var own uuid.UUID
	var all []uuid.UUID
	for _, r := range rewards {
		all = append(all, r.ID)
		if r.UserID == h.hr.ID {
			own = r.ID
		}
	}
	_, paid := h.db.PayRewards(ctx, h.hr, all, h.c.Now())
	for what, err := range map[string]error{
		"paid with others": paid, "forfeited": h.db.ForfeitReward(ctx, h.hr, own, models.RewardDecided, "x"),
	} {
		var conflict *models.ConflictError
		if !errors.As(err, &conflict) || conflict.Key != "reward.error.own" {
			t.Errorf("%s: got %v", what, err)
		}
	}
	if left, _, _ := h.db.Rewards(ctx, other, models.RewardFilter{State: models.RewardEligible}); len(left) != 2 {
		t.Errorf("%d are left to pay, want both: all or none", len(left))
	}
	if n, err := h.db.PayRewards(ctx, other, all, h.c.Now()); err != nil || n != 2 {
		t.Errorf("another paid %d %v", n, err)
	}
}

func TestAColleagueSeesTheirOwnRewardAndNoMoreThanTheCandidateAllows(t *testing.T) {
	t.Parallel()
	h := hiring(t, later)
	ctx := t.Context()
	own := func(u models.User, want int) {
		t.Helper()
		if got, err := h.db.OwnRewards(ctx, u.ID); err != nil || len(got) != want {
			t.Errorf("%s sees %d %v, want %d", u.Name, len(got), err, want)
		}
	}
	h.move(t, models.StageHired)
	own(h.liv, 0) // the candidate lets nobody know how far it came
	exec(t, h.db, `update applications set colleague_learns = 'progress' where id = $1`, h.app.ID)
	own(h.liv, 1)
	own(h.ola, 0)
	if err := h.db.EraseByHR(ctx, h.hr, h.app.ID, "asked"); err != nil {
		t.Fatal(err)
	}
	own(h.liv, 1) // what was told is not taken back
	exec(t, h.db, `update rewards set told = false`)
	own(h.liv, 0)
	h.c.Add(200 * 24 * time.Hour)
	if _, err := h.db.TendRewards(ctx); err != nil {
		t.Fatal(err)
	}
	own(h.liv, 1) // it is due: that must be told
	for _, by := range []models.User{h.liv, add(t, h.db, "leder@example.org", models.RoleLeader)} {
		if _, _, err := h.db.Rewards(ctx, by, models.RewardFilter{}); !errors.Is(err, models.ErrForbidden) {
			t.Errorf("%s sees the list: %v", by.Role, err)
		}
	}
}

func TestAPlanSaysWhatAndWhen(t *testing.T) {
	t.Parallel()
	h := hiring(t, models.RewardPlan{})
	for _, bad := range []models.RewardPlan{
		{Kind: models.RewardMoney, Currency: "NOK"},
		{Kind: models.RewardMoney, Amount: -1, Currency: "NOK"},
		{Kind: models.RewardMoney, Amount: 100, Currency: "KRONER"},
		{Kind: models.RewardMoney, Amount: 1_000_000_01, Currency: "NOK"},
		{Kind: models.RewardGift},
		{Kind: models.RewardOther, Words: " "},
		{Kind: "shares", Words: "x"},
		{Kind: models.RewardDayOff, Months: 25},
		{Kind: models.RewardDayOff, Months: -1},
	} {
		if err := h.db.SaveRewardPlan(t.Context(), h.hr, h.job.ID, bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
	if err := h.db.SaveRewardPlan(t.Context(), h.liv, h.job.ID, atOnce); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("an employee promises: %v", err)
	}
	h.promise(t, atOnce)
	h.promise(t, atOnce) // the same is nothing new
	if plans, err := h.db.RewardPlans(t.Context(), h.job.ID); err != nil || len(plans) != 1 || plans[0].Currency != "NOK" {
		t.Errorf("got %+v %v", plans, err)
	}
}
