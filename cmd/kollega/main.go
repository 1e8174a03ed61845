// Command kollega is the whole program: server, worker and tools.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set when a release is built.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command().ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "kollega:", err)
		os.Exit(1)
	}
}

// command is the tree of subcommands.
func command() *cobra.Command {
	root := &cobra.Command{
		Use:           "kollega",
		Short:         "Recruitment clips and tracked employee referrals, self-hosted",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(
		&cobra.Command{Use: "serve", Short: "Serve the pages, the API and the background work", Args: cobra.NoArgs, RunE: serve},
		&cobra.Command{Use: "worker", Short: "Do the background work alone", Args: cobra.NoArgs, RunE: work},
		&cobra.Command{Use: "migrate", Short: "Bring the database schema up to this program's", Args: cobra.NoArgs, RunE: migrate},
		&cobra.Command{Use: "doctor", Short: "Check Postgres, S3, ffmpeg, mail and disk, and say how to mend what is wrong", Args: cobra.NoArgs, RunE: doctor},
		&cobra.Command{Use: "health", Short: "Ask the server on this machine for a sign of life", Args: cobra.NoArgs, Hidden: true, RunE: health},
		&cobra.Command{Use: "version", Short: "Print the version", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(c.OutOrStdout(), versionText())
			return err
		}},
		userCommand(), tokenCommand(), demoCommand(), recountCommand(),
	)
	return root
}
