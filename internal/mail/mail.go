// Package mail sends messages by SMTP, or writes them to a folder where no server is configured.
package mail

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// Sender takes messages on their way. SMTP and Folder are the two there are.
type Sender interface {
	// Send returns when the message is accepted or written. IsPermanent tells whether trying again can help.
	Send(ctx context.Context, m Message) error
	// Check tells what would keep messages from being sent, without sending one.
	Check(ctx context.Context) error
}

// Config says where messages go.
type Config struct {
	// URL is the SMTP server, as Parse takes it. Empty means the folder.
	URL string
	// From is the sender's address, with or without a name: "Kollega <kollega@example.org>".
	From string
	// Folder is where messages are written when there is no server.
	Folder string
	// Now gives the time messages are dated with.
	Now func() time.Time
}

// New returns the Sender that cfg asks for.
func New(cfg Config, log *slog.Logger) (Sender, error) {
	from, err := ParseAddress(cfg.From)
	if err != nil {
		return nil, fmt.Errorf("sender's address: %w", err)
	}
	writer := composer{from: from, now: cfg.Now}
	if cfg.URL == "" {
		return &Folder{path: cfg.Folder, composer: writer, log: log}, nil
	}
	server, err := Parse(cfg.URL)
	if err != nil {
		return nil, err
	}
	return &SMTP{server: server, composer: writer}, nil
}
