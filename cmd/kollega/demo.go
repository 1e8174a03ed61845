package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"kollega/cmd/kollega/demo"
)

func demoCommand() *cobra.Command {
	var employees, events, posts, notices int
	cmd := &cobra.Command{Use: "demo", Short: "Fill in a demonstration organisation and print its log-ins; refuses where real data is", Args: cobra.NoArgs}
	cmd.Flags().IntVar(&employees, "employees", 12, "how many colleagues, beside the administrator and HR")
	cmd.Flags().IntVar(&events, "events", 12_000, "how many events of the last two months")
	cmd.Flags().IntVar(&posts, "posts", 80, "how many posts in groups, comments not counted")
	cmd.Flags().IntVar(&notices, "notices", 300, "how many notices at most; fewer where less has happened to tell of")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return withEngines(cmd, func(ctx context.Context, c Config, e *engines) error {
			if err := e.Store.EnsureBucket(ctx, []string{c.base.String()}); err != nil {
				return fmt.Errorf("S3: %w", err)
			}
			made, err := demo.Make(ctx, demo.Options{
				DB: e.DB, Store: e.Store, Dir: filepath.Join(c.DataDir, "work"), Log: slog.New(slog.DiscardHandler),
				Say:       func(format string, args ...any) { fmt.Fprintf(cmd.ErrOrStderr(), format+"\n", args...) },
				Employees: employees, Events: events, Posts: posts, Notices: notices,
			})
			if err == nil || errors.Is(err, demo.ErrStands) {
				err = errors.Join(err, printDemo(cmd.OutOrStdout(), c.base.String(), made))
			}
			return err
		})
	}
	return cmd
}

// printDemo says what was made and who one can be.
func printDemo(w io.Writer, address string, r demo.Result) error {
	var b strings.Builder
	if r.Events > 0 {
		fmt.Fprintf(&b, "\n%s: %d colleagues, %d jobs, %d links, %d events, %d applications, %d hires.\n\n",
			r.Organisation, r.Employees, r.Jobs, r.Links, r.Events, r.Applications, r.Hires)
		fmt.Fprintf(&b, "Events stored in %.1f s, %.0f a second.\n", r.EventsTook.Seconds(), float64(r.Events)/r.EventsTook.Seconds())
	}
	fmt.Fprintf(&b, "\nLog in at %s/login; the password of all is  %s\n\n", address, r.Password)
	for _, l := range r.Logins {
		fmt.Fprintf(&b, "  %-34s %-9s %-24s %s\n", l.Email, l.Role, l.Name, l.Team)
	}
	if r.Others > 0 {
		fmt.Fprintf(&b, "  and %d more\n", r.Others)
	}
	_, err := io.WriteString(w, b.String()+"\n")
	return err
}
