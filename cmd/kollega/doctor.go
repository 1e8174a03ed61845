package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"kollega/internal/account"
	"kollega/internal/inbox"
	"kollega/internal/mail"
	"kollega/media"
	"kollega/models"
	"kollega/tracking"
)

// leastFree is the free space under which clips and clicks may soon find no room, in bytes.
const leastFree = 2 << 30

// finding is one line of the doctor's: what was looked at, what was seen, how to mend it when it is wrong.
type finding struct {
	what, seen string
	mend       string // empty when all is well
	warning    bool   // works, but not as well as it could
}

// doctor looks at everything that Kollega stands on and fails when something is wrong.
func doctor(cmd *cobra.Command, _ []string) error {
	c, err := LoadConfig(os.Environ())
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(cmd.Context(), time.Minute)
	defer stop()
	found := []finding{{what: "configuration", seen: fmt.Sprintf("%s, data in %s", c.base, c.DataDir)}}
	for _, name := range c.warnings {
		found = append(found, finding{"configuration", name + " is not used", "check its spelling against docs/operations.md", true})
	}
	found = append(found, lookAtDisk(c), lookAtInbox(c), lookAtMail(ctx, c), lookAtAccounts(ctx, c), lookAtCountries(c))
	found = append(found, lookAtFFmpeg(ctx)...)
	found = append(found, lookAtEngines(ctx, c)...)
	return report(cmd.OutOrStdout(), found)
}

func report(w io.Writer, found []finding) error {
	wrong := 0
	for _, f := range found {
		mark := "ok  "
		switch {
		case f.mend != "" && f.warning:
			mark = "note"
		case f.mend != "":
			mark = "BAD "
			wrong++
		}
		fmt.Fprintf(w, "%s  %-14s %s\n", mark, f.what, f.seen)
		if f.mend != "" {
			fmt.Fprintf(w, "      %-14s → %s\n", "", strings.ReplaceAll(f.mend, "\n", "\n        "+strings.Repeat(" ", 15)))
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d things are wrong", wrong, len(found))
	}
	fmt.Fprintln(w, "All is well.")
	return nil
}

func lookAtDisk(c Config) finding {
	f := finding{what: "disk"}
	if err := os.MkdirAll(c.DataDir, 0o755); err != nil {
		f.seen, f.mend = err.Error(), "make the folder writable for this user, or set KOLLEGA_DATA_DIR"
		return f
	}
	probe := filepath.Join(c.DataDir, ".doctor")
	if err := os.WriteFile(probe, []byte("ok"), 0o600); err != nil {
		f.seen, f.mend = err.Error(), "make the folder writable for this user, or set KOLLEGA_DATA_DIR"
		return f
	}
	_ = os.Remove(probe)
	var fs syscall.Statfs_t
	if err := syscall.Statfs(c.DataDir, &fs); err != nil {
		f.seen, f.mend = err.Error(), "check the data folder's file system"
		return f
	}
	free := fs.Bavail * uint64(fs.Bsize)
	f.seen = fmt.Sprintf("%.1f GB free", float64(free)/1e9)
	if free < leastFree {
		f.mend = "make room: under 2 GB, clips and clicks may soon find none"
	}
	return f
}

// lookAtInbox tells of applications that wait on this machine's disk.
func lookAtInbox(c Config) finding {
	f := finding{what: "applications", seen: "none waits on this machine's disk"}
	dir := filepath.Join(c.DataDir, inboxFolder)
	waiting, damaged, err := inbox.Count(dir)
	switch {
	case err != nil:
		f.seen, f.mend = err.Error(), "make the folder readable for this user"
	case damaged > 0:
		f.seen = fmt.Sprintf("%d on this machine's disk cannot be read", damaged)
		f.mend = "look at what is left in " + filepath.Join(dir, "damaged-*") + ", and at the disk; remove the folders when that is done"
	case waiting > 0:
		f.seen, f.warning = fmt.Sprintf("%d wait on this machine's disk", waiting), true
		f.mend = "they are taken in by a running kollega serve, once Postgres and S3 are there"
	}
	return f
}

func lookAtMail(ctx context.Context, c Config) finding {
	f := finding{what: "mail", seen: "reaches the server"}
	if c.SMTPURL == "" {
		f.seen, f.mend, f.warning = "written to "+filepath.Join(c.DataDir, "mail"), "set KOLLEGA_SMTP_URL for mail that leaves the house", true
	}
	sender, err := newMail(c, slog.New(slog.DiscardHandler))
	if err == nil {
		err = sender.Check(ctx)
	}
	if err != nil {
		f.seen, f.mend, f.warning = err.Error(), "check KOLLEGA_SMTP_URL and KOLLEGA_MAIL_FROM, and that the server can be reached", false
	}
	return f
}

// lookAtAccounts asks whether the provider of the house's own accounts answers.
func lookAtAccounts(ctx context.Context, c Config) finding {
	if c.OIDC.Issuer == "" {
		return finding{what: "accounts", seen: "people sign in with passwords, KOLLEGA_OIDC_ISSUER is not set"}
	}
	f := finding{what: "accounts", seen: c.OIDC.Issuer + " answers"}
	if err := account.New(c.account()).Ping(ctx); err != nil {
		f.seen = err.Error()
		f.mend = "check KOLLEGA_OIDC_ISSUER, which has to be exactly as the provider writes it, and that this machine reaches it;\nuntil then people sign in with passwords"
	}
	return f
}

func lookAtCountries(c Config) finding {
	path := filepath.Join(c.DataDir, tracking.CountryFile)
	seen, err := tracking.LookAtCountries(path)
	switch {
	case err != nil:
		return finding{"countries", path + ": " + err.Error(), "put a country database in MaxMind's format there, or remove the file", true}
	case seen == "":
		seen = "not recorded, there is no " + path
	}
	return finding{what: "countries", seen: seen}
}

func newMail(c Config, log *slog.Logger) (mail.Sender, error) {
	return mail.New(mail.Config{URL: c.SMTPURL, From: c.MailFrom, Folder: mailDir(c), Now: time.Now}, log)
}

func lookAtFFmpeg(ctx context.Context) []finding {
	tools, err := media.Find(ctx)
	if err != nil {
		return []finding{{what: "ffmpeg", seen: err.Error(), mend: "Debian, Ubuntu: apt-get install ffmpeg\nmacOS: brew install ffmpeg"}}
	}
	found := []finding{{what: "ffmpeg", seen: tools.Version()}, {what: "sandbox", seen: tools.Sandbox()}}
	for _, advice := range tools.Advice() {
		found = append(found, finding{"ffmpeg", "could be safer", advice, true})
	}
	return found
}

func lookAtEngines(ctx context.Context, c Config) []finding {
	e, err := openEngines(ctx, c, slog.New(slog.DiscardHandler), false)
	if err != nil {
		return []finding{{what: "engines", seen: err.Error(), mend: "mend what the message names; docs/operations.md has the engines' needs"}}
	}
	found := append(lookAtPostgres(ctx, c, e), lookAtS3(ctx, c, e)...)
	if err := e.Close(ctx); err != nil {
		found = append(found, finding{what: "engines", seen: err.Error(), mend: "look at the log of the engine that did not stop"})
	}
	return found
}

func lookAtPostgres(ctx context.Context, c Config, e *engines) []finding {
	f := finding{what: "Postgres"}
	var version int
	if err := e.DB.Pool().QueryRow(ctx, "select current_setting('server_version_num')::int").Scan(&version); err != nil {
		f.seen, f.mend = err.Error(), "check KOLLEGA_DATABASE_URL and that Postgres runs and lets this machine in"
		return []finding{f}
	}
	f.seen = fmt.Sprintf("version %d.%d, %s", version/10000, version%10000, where(c.DatabaseURL == "", "embedded", "configured"))
	if version < 150000 {
		f.mend = "Kollega needs PostgreSQL 15 or newer"
	}
	aside := finding{what: "applications", seen: "none waits for a decision"}
	if n, err := e.DB.SetAsides(ctx); err == nil && n > 0 {
		aside.seen, aside.warning = fmt.Sprintf("%d could not be taken in and wait for a decision", n), true
		aside.mend = "HR decides at " + c.base.String() + "/hr/applications/aside"
	}
	schema := finding{what: "schema", seen: "up to date"}
	if err := e.DB.CheckSchema(ctx); err != nil {
		schema.seen = err.Error()
		schema.mend = where(errors.Is(err, models.ErrSchemaNew), "install the newer Kollega", "run kollega migrate")
		schema.warning = c.DatabaseURL == "" // the server does it itself at its next start
	}
	return []finding{f, schema, aside}
}

func lookAtS3(ctx context.Context, c Config, e *engines) []finding {
	f := finding{what: "S3", seen: where(e.objects != nil, "embedded", "configured") + ", a file was put, read in part and deleted"}
	if err := e.Store.EnsureBucket(ctx, []string{c.base.String()}); err != nil {
		f.seen, f.mend = err.Error(), "check KOLLEGA_S3_ENDPOINT, _BUCKET and the keys' rights (bucket, objects, CORS)"
		return []finding{f}
	}
	if err := tryObject(ctx, e); err != nil {
		f.seen, f.mend = err.Error(), "the keys need the rights to put, get and delete objects, and the server must answer Range requests"
	}
	return []finding{f}
}

func where(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// mailDir is where mails are written without a server, and may lie from before there was one.
func mailDir(c Config) string { return filepath.Join(c.DataDir, "mail") }
