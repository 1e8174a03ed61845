package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kollega/models"
)

// withEngines runs a tool's work on the engines of this data folder, whether the server is running or not.
func withEngines(cmd *cobra.Command, fn func(ctx context.Context, c Config, e *engines) error) error {
	c, err := LoadConfig(os.Environ())
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: max(c.level, slog.LevelWarn)}))
	e, err := openEngines(cmd.Context(), c, log, false)
	if err != nil {
		return err
	}
	err = e.migrateOwn(cmd.Context())
	if err == nil {
		err = fn(cmd.Context(), c, e)
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(cmd.Context()), 10*time.Second)
	defer stop()
	return errors.Join(err, e.Close(ctx))
}

func migrate(cmd *cobra.Command, _ []string) error {
	c, err := LoadConfig(os.Environ())
	if err != nil {
		return err
	}
	if c.DatabaseURL != "" {
		if err := models.Migrate(cmd.Context(), c.DatabaseURL); err != nil {
			return err
		}
	} else if err := withEngines(cmd, func(context.Context, Config, *engines) error { return nil }); err != nil {
		return err
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), "The schema is up to date.")
	return err
}

func userCommand() *cobra.Command {
	var email, name, role string
	var fromStdin bool
	add := &cobra.Command{Use: "add", Short: "Add a person; without a password they are invited by mail", Args: cobra.NoArgs}
	add.Flags().StringVar(&email, "email", "", "e-mail address")
	add.Flags().StringVar(&name, "name", "", "full name")
	add.Flags().StringVar(&role, "role", models.RoleEmployee, "admin, hr, leader or employee")
	add.Flags().BoolVar(&fromStdin, "password-stdin", false, "read the password from standard input")
	for _, flag := range []string{"email", "name"} {
		cobra.CheckErr(add.MarkFlagRequired(flag))
	}
	add.RunE = func(cmd *cobra.Command, _ []string) error {
		password := ""
		if fromStdin {
			b, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), 1<<10))
			if err != nil {
				return err
			}
			if password = strings.TrimRight(string(b), "\r\n"); password == "" {
				return errors.New("no password on standard input")
			}
		}
		return withEngines(cmd, func(ctx context.Context, _ Config, e *engines) error {
			u, err := addUser(ctx, e.DB, email, name, role, password)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s %s\n", u.ID, u.Email)
			return err
		})
	}
	user := &cobra.Command{Use: "user", Short: "People"}
	user.AddCommand(add)
	return user
}

func tokenCommand() *cobra.Command {
	var email, name string
	create := &cobra.Command{Use: "create", Short: "Make an API token that acts as its owner, and print it once", Args: cobra.NoArgs}
	create.Flags().StringVar(&email, "email", "", "the owner's e-mail address")
	create.Flags().StringVar(&name, "name", "", "what it is for")
	for _, flag := range []string{"email", "name"} {
		cobra.CheckErr(create.MarkFlagRequired(flag))
	}
	create.RunE = func(cmd *cobra.Command, _ []string) error {
		return withEngines(cmd, func(ctx context.Context, _ Config, e *engines) error {
			token, err := createToken(ctx, e.DB, email, name)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token)
			return err
		})
	}
	token := &cobra.Command{Use: "token", Short: "API tokens"}
	token.AddCommand(create)
	return token
}

// health asks /healthz on the address that the server listens on.
func health(cmd *cobra.Command, _ []string) error {
	c, err := LoadConfig(os.Environ())
	if err != nil {
		return err
	}
	host, port, _ := net.SplitHostPort(c.Listen)
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "localhost"
	}
	ctx, stop := context.WithTimeout(cmd.Context(), 5*time.Second)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("health: %s", res.Status)
	}
	return nil
}

// versionText is the release, or the revision that the program was built from.
func versionText() string {
	text := "kollega " + version
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && version == "dev" {
				text += " " + s.Value[:min(12, len(s.Value))]
			}
		}
		text += " " + info.GoVersion
	}
	return text
}
