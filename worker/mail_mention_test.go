package worker_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	netmail "net/mail"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/internal/i18n"
	"kollega/internal/mail"
	"kollega/internal/testenv"
	"kollega/models"
	"kollega/worker"
)

// mailServer takes mails over SMTP (RFC 5321) from when it is there.
type mailServer struct {
	address string

	mu    sync.Mutex
	taken []string
}

// newMailServer has an address that nobody answers yet.
func newMailServer(t *testing.T) *mailServer {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return &mailServer{address: l.Addr().String()}
}

func (s *mailServer) start(t *testing.T) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { defer conn.Close(); s.serve(conn) })
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
}

func (s *mailServer) serve(conn net.Conn) {
	in := bufio.NewReader(conn)
	say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 mail.example.org")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch strings.ToUpper(strings.Fields(line + " x")[0]) {
		case "DATA":
			say("354 go on")
			var text strings.Builder
			for line, err = in.ReadString('\n'); err == nil && line != ".\r\n"; line, err = in.ReadString('\n') {
				text.WriteString(line)
			}
			s.mu.Lock()
			s.taken = append(s.taken, unquoted(text.String()))
			s.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (s *mailServer) mails() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.taken...)
}

// noted is a house whose mails go to the server, with HR and an application.
func noted(t *testing.T, server *mailServer) (db *models.DB, author, named models.User, app models.Application) {
	t.Helper()
	ctx := t.Context()
	db, err := models.Open(ctx, testenv.Database(t, models.SchemaVersion(), models.Migrate))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if author, err = db.SetUp(ctx, models.FirstRun{Organisation: "Fjordheim", Language: "nb", Email: "ada@example.org", Name: "Ada", Password: "fire ord om havet"}); err != nil {
		t.Fatal(err)
	}
	if named, err = db.AddUser(ctx, models.System(), models.NewUser{Email: "kari@example.org", Name: "Kari Dal", Role: models.RoleHR, Language: "en", Password: "fire fine ord her"}); err != nil {
		t.Fatal(err)
	}
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	sender, err := mail.New(mail.Config{From: "Kollega <kollega@example.org>", URL: "smtp://" + server.address + "?tls=none", Now: time.Now}, log)
	if err != nil {
		t.Fatal(err)
	}
	w, err := worker.New(worker.Deps{DB: db, Mail: sender, MailDir: t.TempDir(), Texts: texts, BaseURL: &url.URL{Scheme: "https", Host: "jobb.example.org"}, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
		defer stop()
		if err := w.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	job := models.NewID()
	if _, err := db.Pool().Exec(ctx, `insert into jobs (id, slug, title, status, published_at, created_at, updated_at) values ($1, 'kokk', 'Kokk', 'published', now(), now(), now())`, job); err != nil {
		t.Fatal(err)
	}
	app, _, _, err = db.Apply(ctx, models.Applying{JobID: job, Quiet: true, Name: "Zyxandra Fjell", Email: "z@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	return db, author, named, app
}

// until waits for a number that sql counts.
func until(t *testing.T, db *models.DB, want int, sql string, args ...any) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var n int
		if err := db.Pool().QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n == want {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("got %d, want %d: %s", n, want, sql)
		}
	}
}

// TestMentionsWhileTheMailServerIsAway are mailed when it is back, once each, and not to whom it no longer concerns.
func TestMentionsWhileTheMailServerIsAway(t *testing.T) {
	t.Parallel()
	server := newMailServer(t)
	db, author, named, app := noted(t, server)
	ctx := t.Context()
	add := func(text string) models.Note {
		t.Helper()
		note, err := db.AddNote(ctx, author, app.ID, text)
		if err != nil || len(note.Mentions) != 1 {
			t.Fatalf("got %+v, %v", note, err)
		}
		return note
	}
	stays, goes := add("Hemmelig grunn, @Kari Dal"), add("Feil, @Kari Dal")
	const retried = `select count(*) from river_job where kind = 'send_mail' and args->>'mail' = 'mention' and state = 'retryable' and attempt > 0`
	until(t, db, 2, retried)
	if _, err := db.DeleteNote(ctx, author, goes.ID); err != nil {
		t.Fatal(err)
	}
	server.start(t)
	now := `update river_job set state = 'available', scheduled_at = now(), finalized_at = null where kind = 'send_mail' and args->>'id' = $1`
	again := func(id uuid.UUID) {
		t.Helper()
		if _, err := db.Pool().Exec(ctx, now, id.String()); err != nil {
			t.Fatal(err)
		}
	}
	const over = `select count(*) from river_job where kind = 'send_mail' and args->>'mail' = 'mention' and state = 'completed'`
	again(stays.ID)
	again(goes.ID)
	until(t, db, 2, over)
	again(stays.ID) // as after a worker that was killed when the mail had just gone
	until(t, db, 2, over)
	until(t, db, 1, `select count(*) from mentions where mailed_at is not null`)
	mails := server.mails()
	if len(mails) != 1 {
		t.Fatalf("%d mails, want 1", len(mails))
	}
	for _, want := range []string{"kari@example.org", "Hello Kari Dal!", "Ada mentioned you in a note", "“Kokk”", "https://jobb.example.org/hr/applications/" + app.ID.String()} {
		if !strings.Contains(mails[0], want) {
			t.Errorf("the mail lacks %q:\n%s", want, mails[0])
		}
	}
	for _, not := range []string{"Hemmelig", "Zyxandra"} {
		if strings.Contains(mails[0], not) {
			t.Errorf("the mail says %q", not)
		}
	}
	if ms, err := db.MentionsOf(ctx, named); err != nil || len(ms) != 1 {
		t.Errorf("%d mentions on the first page, %v, want 1", len(ms), err)
	}
	m, err := netmail.ReadMessage(strings.NewReader(mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	checkWayOut(t, db, m.Header, named, models.NoticeNoteMention)
	// Whoever chose other ways while it was on its way gets none.
	choices, err := db.NoticeChoices(ctx, named)
	if err != nil {
		t.Fatal(err)
	}
	choices.Ways[models.NoticeNoteMention] = models.WayHouse
	if err := db.SaveNoticeChoices(ctx, named, choices); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pool().Exec(ctx, `update mentions set mailed_at = null`); err != nil {
		t.Fatal(err)
	}
	again(stays.ID)
	until(t, db, 2, over)
	if n := len(server.mails()); n != 1 {
		t.Errorf("%d mails, want the one before", n)
	}
}
