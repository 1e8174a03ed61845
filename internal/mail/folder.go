package mail

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// Folder writes each message as an .eml file that mail programs open, for trying Kollega out without a mail server.
type Folder struct {
	path     string
	composer composer
	log      *slog.Logger
}

// Send writes the message. The names of the files sort by time; only their owner can read them.
func (f *Folder) Send(ctx context.Context, m Message) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	msg, err := f.composer.compose(m)
	if err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	// Two messages of one moment are kept apart by chance.
	name := f.composer.now().UTC().Format("20060102T150405.000000000Z") + "-" + strings.ToLower(rand.Text()[:6]) + ".eml"
	if err := f.write(name, msg); err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	f.log.InfoContext(ctx, "no mail server is configured, the message was written to a file",
		"file", filepath.Join(f.path, name))
	return nil
}

// Check tells whether the folder can be written to.
func (f *Folder) Check(context.Context) error {
	probe, err := f.temporary()
	if err != nil {
		return fmt.Errorf("mail folder: %w", err)
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return fmt.Errorf("mail folder: %w", err)
	}
	return nil
}

// write makes the file appear whole or not at all.
func (f *Folder) write(name string, content io.WriterTo) (err error) {
	file, err := f.temporary()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	_, err = content.WriteTo(file)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), filepath.Join(f.path, name))
}

// temporary makes a file that only its owner can read, in a folder of the same kind.
func (f *Folder) temporary() (*os.File, error) {
	if err := os.MkdirAll(f.path, 0o700); err != nil {
		return nil, err
	}
	return os.CreateTemp(f.path, ".writing-*")
}
