package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"kollega/models"
	"kollega/tracking"
)

func recountCommand() *cobra.Command {
	var credits bool
	c := &cobra.Command{
		Use: "recount", Args: cobra.NoArgs,
		Short: "Judge the raw events again by the rules of today, and rebuild the totals and the evidence of credit",
		Long: `Judges every raw event again by the rules and lists of this program, rebuilds the daily totals from them and looks at credit again
where a click is no longer what it was taken for. Each application keeps the credit policy it came in under, unless --credits is
given. It may run while Kollega does: clicks go on being taken, and shipping waits for a moment each day that is recounted.
Totals of months whose raw events are gone stay as they are.`,
	}
	c.Flags().BoolVar(&credits, "credits", false, "also credit old applications by the policy that holds now")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		return withEngines(cmd, func(ctx context.Context, _ Config, e *engines) error {
			return recount(ctx, e.DB, credits, cmd.ErrOrStderr(), cmd.OutOrStdout())
		})
	}
	return c
}

// recount goes through the days, says on progress how far it is, and in the end on out what changed.
func recount(ctx context.Context, db *models.DB, credits bool, progress, out io.Writer) error {
	judge, err := tracking.NewJudge()
	if err != nil {
		return err
	}
	first, last, err := db.EventDays(ctx)
	if err != nil {
		return err
	}
	days := int(last.Sub(first).Hours()/24) + 1
	events, rollups, moved := 0, 0, map[[2]string]int{}
	for i := range days {
		done, err := db.RecountDay(ctx, first.AddDate(0, 0, i), tracking.RulesVersion, judge.Rejudge)
		if err != nil {
			return err
		}
		events, rollups = events+done.Events, rollups+done.Rollups
		for _, r := range done.Reclassed {
			moved[[2]string{r.From, r.To}] += r.Events
		}
		if done.Events > 0 || done.Rollups > 0 {
			fmt.Fprintf(progress, "%s  day %d of %d, %d events, %d totals changed\n", done.Day.Format(time.DateOnly), i+1, days, done.Events, done.Rollups)
		}
	}
	if _, err := db.MakeSpans(ctx); err != nil {
		return err
	}
	altered, err := db.RecountCredit(ctx)
	if err != nil {
		return err
	}
	if credits {
		more, err := reapply(ctx, db)
		if err != nil {
			return err
		}
		altered += more
	}
	return summary(out, events, rollups, altered, moved)
}

// reapply credits the applications that are there by the policy that holds now.
func reapply(ctx context.Context, db *models.DB) (int, error) {
	p, err := db.CreditPolicy(ctx)
	if err != nil {
		return 0, err
	}
	return db.ReapplyCredit(ctx, models.ReapplyCredit{Policy: p.Policy, WindowDays: p.WindowDays, Reason: "kollega recount --credits"})
}

func summary(out io.Writer, events, rollups, altered int, moved map[[2]string]int) error {
	keys := make([][2]string, 0, len(moved))
	for k := range moved {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for _, k := range keys {
		if _, err := fmt.Fprintf(out, "%d events were %s and are %s\n", moved[k], k[0], k[1]); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "%d events judged by rules %d; %d daily totals changed; credit changed for %d applications\n",
		events, tracking.RulesVersion, rollups, altered)
	return err
}
