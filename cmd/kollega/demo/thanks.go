package demo

import (
	"context"

	"github.com/jackc/pgx/v5"

	"kollega/models"
)

// thanking is what colleagues thank each other for.
var thanking = []string{
	"Takk for at du ble igjen til alt var på plass.", "Du fikk meg til å le på en dag jeg trengte det.", "Takk for at du tok vakta mi på kort varsel.",
	"Du forklarte det så godt at jeg endelig forstod det.", "Takk for varm kaffe og enda varmere ord.",
}

// missing is whom leaders ask for.
var missing = []string{"Kjenner du en vernepleier?", "En som kan samisk?", "Hvem kan lage mat til seksti?", "En elektriker med hjerte for skoler?", "En som vil lære faget?"}

// recognise has some colleagues thank each other, and leaders ask who knows somebody; some of the questions are open still.
func (d *demo) recognise(ctx context.Context) error {
	var thanks, questions, answers [][]any
	for n := range len(d.house.staff) / 2 {
		from, to := d.rng.IntN(len(d.house.staff)), d.rng.IntN(len(d.house.staff))
		if from == to {
			continue
		}
		at, state := d.sometime(), []string{models.ThanksShown, models.ThanksShown, models.ThanksWaiting, models.ThanksKept}[n%4]
		decided := new(d.between(at))
		if state == models.ThanksWaiting {
			decided = nil
		}
		thanks = append(thanks, []any{models.NewID(), d.house.staff[from].id, d.house.staff[to].id, thanking[n%len(thanking)], state, at, decided})
	}
	for n := range max(2, len(d.house.staff)/50) {
		id, at := models.NewID(), d.sometime()
		asks := d.house.staff[n%len(d.house.teams)]
		closed := new(d.between(at))
		if n%4 == 0 {
			closed = nil
		}
		questions = append(questions, []any{id, asks.id, missing[n%len(missing)], "", true, closed, at, at})
		for range 1 + d.rng.IntN(4) {
			by, named := d.house.staff[d.rng.IntN(len(d.house.staff))], d.house.staff[d.rng.IntN(len(d.house.staff))]
			if by.id != named.id && by.id != asks.id && named.id != asks.id {
				answers = append(answers, []any{models.NewID(), id, by.id, "colleague", "", named.id, d.between(at)})
			}
		}
	}
	d.Say("%d words of thanks, %d questions", len(thanks), len(questions))
	return pgx.BeginFunc(ctx, d.db.Pool(), func(tx pgx.Tx) error {
		if err := fill(ctx, tx, "thanks", []string{"id", "from_id", "to_id", "text", "state", "created_at", "decided_at"}, thanks); err != nil {
			return err
		}
		if err := fill(ctx, tx, "questions", []string{"id", "user_id", "title", "words", "everybody", "closed_at", "created_at", "updated_at"}, questions); err != nil {
			return err
		}
		return fill(ctx, tx, "answers", []string{"id", "question_id", "user_id", "kind", "words", "named_id", "created_at"}, answers)
	})
}
