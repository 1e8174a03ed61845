package demo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"kollega/media"
	"kollega/models"
	"kollega/storage"
	"kollega/worker"
)

// job is a published position with its clip.
type job struct {
	position

	id, clip uuid.UUID
	other    uuid.UUID // the clip that the first is compared with
	seconds  float64   // of a clip
	at       time.Time
	required []uuid.UUID // skills
}

// publish writes the jobs, draws their clips, has them processed as any upload is, and publishes both.
func (d *demo) publish(ctx context.Context) error {
	tools, err := media.Find(ctx)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(d.Dir, 0o700); err != nil {
		return fmt.Errorf("work folder: %w", err)
	}
	all := positions()
	for i, p := range all {
		d.Say("Drawing and processing clip %d of %d: %s", i+1, len(all), p.job.Title)
		j := job{position: p, at: d.start.Add(-time.Duration(i+1) * 20 * time.Hour)}
		if err := d.write(ctx, &j); err != nil {
			return fmt.Errorf("job %q: %w", p.job.Title, err)
		}
		if err := d.films(ctx, &j, tools); err != nil {
			return fmt.Errorf("clip of %q: %w", p.job.Title, err)
		}
		d.jobs = append(d.jobs, j)
	}
	return nil
}

// write writes the job and publishes it.
func (d *demo) write(ctx context.Context, j *job) error {
	past := *d.db
	past.Now = func() time.Time { return j.at }
	in := j.job
	in.Deadline = inWeeks(d.now, j.weeks)
	in.LeaderID = &d.house.staff[j.team].id
	made, err := past.CreateJob(ctx, &d.house.hr.id, in)
	if err != nil {
		return err
	}
	j.id = made.ID
	for _, s := range made.Skills {
		if s.Need == models.NeedRequired {
			j.required = append(j.required, s.SkillID)
		}
	}
	if err := past.SaveRewardPlan(ctx, d.hr(), j.id, promises[len(d.jobs)%len(promises)]); err != nil {
		return err
	}
	return past.SetJobStatus(ctx, j.id, models.JobPublished)
}

// films draws the job's clips.
func (d *demo) films(ctx context.Context, j *job, tools *media.Tools) (err error) {
	if j.clip, err = d.film(ctx, j, j.film, tools); err != nil || j.rival == nil {
		return err
	}
	if j.other, err = d.film(ctx, j, *j.rival, tools); err != nil {
		return err
	}
	return d.compare(ctx, j)
}

// film draws the clip and takes it the way of every upload.
func (d *demo) film(ctx context.Context, j *job, f film, tools *media.Tools) (clip uuid.UUID, err error) {
	dir, err := os.MkdirTemp(d.Dir, "demo-")
	if err != nil {
		return clip, fmt.Errorf("work folder: %w", err)
	}
	defer os.RemoveAll(dir) // what is left over harms nobody
	path := filepath.Join(dir, "film.mp4")
	if err := f.shoot(ctx, path); err != nil {
		return clip, err
	}
	if clip, err = d.upload(ctx, j, f.title, path); err != nil {
		return clip, err
	}
	if err := d.process(ctx, clip, tools); err != nil {
		return clip, err
	}
	for lang, lines := range j.subtitles(f) {
		if err := d.db.SetCaption(ctx, clip, lang, captions(lines), &d.house.hr.id); err != nil {
			return clip, err
		}
	}
	if err := d.db.UpdateClip(ctx, clip, models.ClipChange{NoSpeech: new(true), NobodyRecognisable: new(true)}); err != nil {
		return clip, err
	}
	made, err := d.db.Clip(ctx, clip)
	if err != nil {
		return clip, err
	}
	j.seconds = made.Duration
	if err := d.db.PublishClip(ctx, clip); err != nil {
		return clip, err
	}
	_, err = d.db.Pool().Exec(ctx, `update clips set created_at = $2, uploaded_at = $2, processed_at = $2, published_at = $2 where id = $1`, clip, j.at)
	return clip, err
}

// subtitles are what is read in the clip, in both languages.
func (j *job) subtitles(f film) map[string][]string {
	if j.language == "nb" {
		return map[string][]string{"nb": f.lines, "en": f.other}
	}
	return map[string][]string{"en": f.lines, "nb": f.other}
}

func (d *demo) upload(ctx context.Context, j *job, title, path string) (uuid.UUID, error) {
	info, err := os.Stat(path)
	if err != nil {
		return uuid.Nil, fmt.Errorf("film: %w", err)
	}
	c, err := d.db.NewClip(j.id, &d.house.hr.id, models.ClipInput{
		Title: title, Language: j.language, Filename: "film.mp4", Size: info.Size(),
	})
	if err != nil {
		return uuid.Nil, err
	}
	if err := d.Store.PutFile(ctx, c.UploadKey, path, storage.PutOptions{ContentType: "video/mp4"}); err != nil {
		return uuid.Nil, err
	}
	if err := d.db.CreateClip(ctx, c); err != nil {
		return uuid.Nil, err
	}
	return c.ID, d.db.FinishUpload(ctx, c.ID)
}

// process makes the clip here, or waits for the worker that was faster.
func (d *demo) process(ctx context.Context, id uuid.UUID, tools *media.Tools) error {
	if err := worker.ProcessNow(ctx, worker.Deps{DB: d.db, Store: d.Store, Tools: tools, Dir: d.Dir, Log: d.Log}, id); err != nil {
		return err
	}
	for {
		c, err := d.db.Clip(ctx, id)
		switch {
		case err != nil:
			return err
		case c.Status == models.ClipReady:
			return nil
		case c.Status != models.ClipProcessing || c.ErrorCode != "":
			return fmt.Errorf("it was not made: %s: %s", c.ErrorCode, c.ErrorDetail)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}
