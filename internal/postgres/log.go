package postgres

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"
)

// serverLog passes what the server says to a logger and keeps the end of it.
type serverLog struct {
	log     *slog.Logger
	pipe    *os.File
	running context.Context
	mu      sync.Mutex
	last    []string
	done    chan struct{}
}

func newServerLog(running context.Context, log *slog.Logger, pipe *os.File) *serverLog {
	l := &serverLog{log: log, pipe: pipe, running: running, done: make(chan struct{})}
	go l.read()
	return l
}

func (l *serverLog) read() {
	defer close(l.done)
	defer l.pipe.Close()
	lines := bufio.NewScanner(l.pipe)
	for lines.Scan() {
		l.line(lines.Text())
	}
	// A line too long for the scanner must not block the server.
	_, _ = io.Copy(io.Discard, l.pipe)
}

func (l *serverLog) line(text string) {
	l.mu.Lock()
	l.last = append(l.last, text)
	l.last = l.last[max(0, len(l.last)-5):]
	l.mu.Unlock()
	severity, words, _ := strings.Cut(text, ":")
	level := slog.LevelDebug
	switch {
	case l.running.Err() != nil: // connections cut by a stop are no news
	case severity == "WARNING" || severity == "FATAL":
		level = slog.LevelWarn
	case severity == "PANIC":
		level = slog.LevelError
	}
	l.log.Log(context.Background(), level, "postgres says", "severity", severity, "text", strings.TrimSpace(words))
}

// finish waits for the rest, but not for orphaned backends that keep the pipe open.
func (l *serverLog) finish() {
	_ = l.pipe.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	<-l.done
}

// lastWords are the last lines that the server wrote.
func (l *serverLog) lastWords() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.last, "; ")
}
