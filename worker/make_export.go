package worker

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/riverqueue/river"

	"kollega/internal/i18n"
	"kollega/internal/sheet"
	"kollega/models"
	"kollega/storage"
)

const (
	exportFolder = "export-" // of a work folder

	// noteRows is after how many rows progress is noted at most, and noteEvery how often.
	noteRows  = 500
	noteEvery = time.Second
)

// makeExport writes a file that somebody asked for, row by row, and puts it into the object store.
type makeExport struct {
	river.WorkerDefaults[models.MakeExport]
	Deps
}

// Timeout is enough for millions of rows.
func (w *makeExport) Timeout(*river.Job[models.MakeExport]) time.Duration { return 30 * time.Minute }

// Work may be repeated: a file that a killed worker had begun is written anew.
func (w *makeExport) Work(ctx context.Context, job *river.Job[models.MakeExport]) error {
	e, err := w.DB.BeginExport(ctx, job.Args.ExportID)
	if err == nil {
		err = w.file(ctx, e)
	}
	if errors.Is(err, models.ErrNotFound) { // made, or nobody waits for it any more
		return nil
	}
	if err != nil && job.Attempt >= job.MaxAttempts {
		err = errors.Join(err, w.DB.FailExport(context.WithoutCancel(ctx), job.Args.ExportID))
	}
	return err
}

// file makes the file and puts it into the store.
func (w *makeExport) file(ctx context.Context, e models.Export) error {
	if err := os.MkdirAll(w.Dir, 0o700); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	dir, err := os.MkdirTemp(w.Dir, exportFolder)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "file")
	if e.Done, err = w.write(ctx, e, path); err != nil {
		return fmt.Errorf("export %s: %w", e.ID, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	e.Key, e.Size = models.ExportKeys+e.ID.String(), info.Size()
	if err := w.Store.PutFile(ctx, e.Key, path, storage.PutOptions{ContentType: sheet.Types[e.Format]}); err != nil {
		return err
	}
	return w.DB.FinishExport(ctx, e)
}

// write puts the rows into a file and tells how many.
func (w *makeExport) write(ctx context.Context, e models.Export, path string) (rows int64, err error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	to := bufio.NewWriter(f)
	p := w.Texts.For(e.Language)
	s, err := sheet.New(e.Format, to, sheet.Options{Lang: e.Language, Name: p.T("export.kind." + e.Kind), Dir: filepath.Dir(path)})
	if err != nil {
		return 0, err
	}
	x := exporting{deps: w.Deps, sheet: s, p: p, export: e, noted: w.DB.Now()}
	if err := errors.Join(x.rows(ctx), s.Close()); err != nil {
		return 0, err
	}
	return x.done, errors.Join(to.Flush(), f.Close())
}

// exporting is a file that is being written.
type exporting struct {
	deps   Deps
	sheet  sheet.Writer
	p      *i18n.Printer
	export models.Export
	done   int64
	noted  time.Time
}

// put writes a row, and notes progress now and then.
func (x *exporting) put(ctx context.Context, cells ...any) error {
	if err := x.sheet.Row(cells...); err != nil {
		return err
	}
	x.done++
	if now := x.deps.DB.Now(); x.done%noteRows == 0 && now.Sub(x.noted) > noteEvery {
		x.noted = now
		return x.deps.DB.NoteExport(ctx, x.export.ID, x.done)
	}
	return nil
}

func (x *exporting) head(columns ...string) error {
	cells := make([]any, len(columns))
	for i, c := range columns {
		cells[i] = x.p.T("export.column." + c)
	}
	return x.sheet.Row(cells...)
}

// rows writes the heading and every row.
func (x *exporting) rows(ctx context.Context) error {
	switch x.export.Kind {
	case models.ExportDays:
		return x.days(ctx)
	case models.ExportLinks:
		return x.links(ctx)
	case models.ExportApplications:
		return x.applications(ctx)
	}
	return fmt.Errorf("no rows of %q", x.export.Kind)
}

func (x *exporting) days(ctx context.Context) error {
	err := x.head("day", "employee", "job", "channel", "clip", "hits", "clicks", "visitors", "views", "plays", "q25", "q50", "q75", "q100", "apply_starts")
	if err != nil {
		return err
	}
	return x.deps.DB.EachDayRow(ctx, x.export.Report(), models.Page{}, func(r models.DayRow) error {
		return x.put(ctx, r.Day, r.Name, r.Job, x.channel(r.Channel), r.Clip, r.Hits, r.Clicks, r.Visitors, r.Views, r.Plays, r.Q25, r.Q50, r.Q75, r.Q100, r.ApplyStarts)
	})
}

func (x *exporting) links(ctx context.Context) error {
	if err := x.head("made", "employee", "team", "job", "channel", "address", "off"); err != nil {
		return err
	}
	return x.deps.DB.EachLinkRow(ctx, x.export.Report(), models.Page{}, func(r models.LinkRow) error {
		return x.put(ctx, r.CreatedAt, r.Name, r.Team, r.Job, x.channel(r.Channel), x.address("s", r.Code), r.Off)
	})
}

// applications has no word about who applied: the file would outlive their wish to be forgotten. HR opens each by its address.
func (x *exporting) applications(ctx context.Context) error {
	if err := x.head("submitted", "job", "stage", "reached", "qualified", "source", "employee", "channel", "since", "address"); err != nil {
		return err
	}
	return x.deps.DB.EachApplicationRow(ctx, x.export.Filter, func(r models.ApplicationRow) error {
		return x.put(ctx, r.SubmittedAt, r.Job, x.p.T("stage."+r.Stage), x.p.T("stage."+r.Reached), r.Qualified, x.p.T("report.source."+r.Source), r.Credited,
			x.channel(r.Channel), r.StageSince, x.address("hr", "applications", r.ID.String()))
	})
}

func (x *exporting) channel(code string) string {
	if code == "" {
		return ""
	}
	return x.p.T("channel." + code)
}

func (x *exporting) address(parts ...string) string {
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return x.deps.BaseURL.JoinPath(parts...).String()
}
