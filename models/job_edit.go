package models

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// CreateJob makes a draft. It returns ValidationErrors for what cannot stand.
func (db *DB) CreateJob(ctx context.Context, by *uuid.UUID, in JobInput) (Job, error) {
	bad := in.clean()
	if err := db.checkLeader(ctx, in.LeaderID, &bad); err != nil {
		return Job{}, err
	}
	if err := bad.Err(); err != nil {
		return Job{}, err
	}
	id := NewID()
	err := db.Tx(ctx, func(tx *DB) error {
		j := Job{
			ID: id, Title: in.Title, Description: in.Description, Location: in.Location, Country: in.Country,
			EmploymentType: in.EmploymentType, Remote: in.Remote, PayMin: in.PayMin, PayMax: in.PayMax, PayCurrency: in.PayCurrency,
			PayPeriod: in.PayPeriod, Deadline: in.Deadline, ApplyURL: in.ApplyURL, Status: JobDraft, LeaderID: in.LeaderID,
			CreatedBy: by, CreatedAt: db.Now(), UpdatedAt: db.Now(),
		}
		if err := tx.insertJob(ctx, &j); err != nil {
			return err
		}
		if err := tx.setSkills(ctx, id, in.Skills); err != nil {
			return err
		}
		return tx.Audit(ctx, Deed{DidAdd, OfJob, id, nil})
	})
	if err != nil {
		return Job{}, err
	}
	return db.Job(ctx, id)
}

// insertJob tries the plain slug first, then ones with a random end.
func (db *DB) insertJob(ctx context.Context, j *Job) error {
	plain := slug(j.Title)
	j.Slug = plain
	for range 5 {
		res := db.q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "slug"}}, DoNothing: true}).Omit(clause.Associations).Create(j)
		if res.Error != nil {
			return fmt.Errorf("create job: %w", mapped(res.Error))
		}
		if res.RowsAffected == 1 {
			return nil
		}
		j.Slug = plain + slugSuffix()
	}
	return errors.New("create job: no free address")
}

// UpdateJob changes everything that HR writes; the address stays. A published job must go on having what candidates need.
func (db *DB) UpdateJob(ctx context.Context, id uuid.UUID, in JobInput) (Job, error) {
	bad := in.clean()
	if err := db.checkLeader(ctx, in.LeaderID, &bad); err != nil {
		return Job{}, err
	}
	err := db.Tx(ctx, func(tx *DB) error {
		j, err := tx.lockJob(ctx, id)
		if err != nil {
			return err
		}
		if j.Status == JobPublished && len(bad) == 0 {
			bad = in.missing(db.today())
			if j.Deadline != nil && in.Deadline != nil && j.Deadline.Equal(*in.Deadline) { // it went by; other mistakes may be mended
				bad = slices.DeleteFunc(bad, func(e *ValidationError) bool { return e.Field == "deadline" })
			}
		}
		if err := bad.Err(); err != nil {
			return err
		}
		res := tx.q(ctx).Model(&Job{}).Where("id = ?", id).Updates(map[string]any{
			"title": in.Title, "description": in.Description, "location": in.Location, "country": in.Country,
			"employment_type": in.EmploymentType, "remote": in.Remote, "pay_min": in.PayMin, "pay_max": in.PayMax,
			"pay_currency": in.PayCurrency, "pay_period": in.PayPeriod, "deadline": in.Deadline, "apply_url": in.ApplyURL,
			"leader_id": in.LeaderID, "updated_at": db.Now(),
		})
		if err := changed(res); err != nil {
			return fmt.Errorf("update job %s: %w", id, err)
		}
		before, err := tx.Job(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.setSkills(ctx, id, in.Skills); err != nil {
			return err
		}
		return tx.Audit(ctx, Deed{DidChange, OfJob, id, Facts{"fields": j.altered(before.Input().Skills, in)}})
	})
	if err != nil {
		return Job{}, err
	}
	return db.Job(ctx, id)
}

// steps are the statuses that each status of a job may become.
var steps = map[string]Words{
	JobDraft:     {JobPublished},
	JobPublished: {JobClosed, JobFilled},
	JobClosed:    {JobPublished, JobFilled},
	JobFilled:    {JobPublished, JobClosed},
}

// SetJobStatus publishes, closes, fills or reopens a job; the status it has already changes nothing.
// It returns ValidationErrors where a candidate would miss something, a ConflictError for a step that does not exist.
func (db *DB) SetJobStatus(ctx context.Context, id uuid.UUID, to string) error {
	if !JobStatuses.Has(to) {
		return Invalid("status", "error.choose")
	}
	return db.Tx(ctx, func(tx *DB) error {
		j, err := tx.lockJob(ctx, id)
		if err != nil || j.Status == to {
			return err
		}
		if !steps[j.Status].Has(to) {
			return &ConflictError{Key: "job.conflict.status"}
		}
		now := db.Now()
		set := map[string]any{"status": to, "updated_at": now, "closed_at": &now}
		if to == JobPublished {
			in := j.Input()
			if err := in.missing(db.today()).Err(); err != nil {
				return err
			}
			set["closed_at"] = nil
			if j.PublishedAt == nil {
				set["published_at"] = now
			}
		}
		if err := changed(tx.q(ctx).Model(&Job{}).Where("id = ?", id).Updates(set)); err != nil {
			return err
		}
		if err := tx.tellOfJob(ctx, j, to); err != nil {
			return err
		}
		return tx.Audit(ctx, Deed{DidChange, OfJob, id, Facts{"status": fromTo(j.Status, to)}})
	})
}

// AddJob makes a job with that status, as CreateJob and SetJobStatus do, both or neither.
func (db *DB) AddJob(ctx context.Context, by *uuid.UUID, in JobInput, status string) (job Job, err error) {
	err = db.Tx(ctx, func(tx *DB) error {
		j, err := tx.CreateJob(ctx, by, in)
		if err == nil && (status == JobClosed || status == JobFilled) { // brought in from elsewhere: it was published once
			err = tx.SetJobStatus(ctx, j.ID, JobPublished)
		}
		if err == nil {
			err = tx.SetJobStatus(ctx, j.ID, status)
		}
		if err == nil {
			job, err = tx.Job(ctx, j.ID)
		}
		return err
	})
	return job, err
}

// ChangeJob changes what change changes, and then the status unless it is empty, both or neither.
func (db *DB) ChangeJob(ctx context.Context, id uuid.UUID, change func(*JobInput), status string) (job Job, err error) {
	err = db.Tx(ctx, func(tx *DB) error {
		if _, err := tx.lockJob(ctx, id); err != nil { // so that of two who change different things neither is lost
			return err
		}
		j, err := tx.Job(ctx, id)
		if err != nil {
			return err
		}
		in := j.Input()
		change(&in)
		if job, err = tx.UpdateJob(ctx, id, in); err != nil || status == "" {
			return err
		}
		if err := tx.SetJobStatus(ctx, id, status); err != nil {
			return err
		}
		job, err = tx.Job(ctx, id)
		return err
	})
	return job, err
}

// lockJob reads a job that nobody else may change until the transaction ends.
func (db *DB) lockJob(ctx context.Context, id uuid.UUID) (Job, error) {
	var j Job
	err := db.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id = ?", id).Take(&j).Error
	return j, mapped(err)
}

// JobLeaders are the people who may lead a job, by name.
func (db *DB) JobLeaders(ctx context.Context) ([]User, error) {
	var us []User
	err := db.q(ctx).Where("deactivated_at is null and role in ?", []string{RoleLeader, RoleHR, RoleAdmin}).Order(`name collate "nb-x-icu", id`).Find(&us).Error
	return us, mapped(err)
}

func (db *DB) checkLeader(ctx context.Context, id *uuid.UUID, bad *ValidationErrors) error {
	if id == nil {
		return nil
	}
	u, err := db.User(ctx, *id)
	if errors.Is(err, ErrNotFound) || err == nil && u.Role == RoleEmployee {
		bad.Add("leader_id", "error.choose")
		return nil
	}
	return err
}

// altered are the names of what in changes of a job that had those skills.
func (j Job) altered(skills []SkillInput, in JobInput) string {
	was := j.Input()
	return differing(
		"title", was.Title != in.Title, "description", was.Description != in.Description, "location", was.Location != in.Location,
		"country", was.Country != in.Country, "employment_type", was.EmploymentType != in.EmploymentType, "remote", was.Remote != in.Remote,
		"pay", !same(was.PayMin, in.PayMin) || !same(was.PayMax, in.PayMax) || was.PayCurrency != in.PayCurrency || was.PayPeriod != in.PayPeriod,
		"deadline", (was.Deadline == nil) != (in.Deadline == nil) || was.Deadline != nil && !was.Deadline.Equal(*in.Deadline),
		"apply_url", was.ApplyURL != in.ApplyURL, "leader", !same(was.LeaderID, in.LeaderID), "skills", !slices.Equal(skills, in.Skills),
	)
}

// same tells whether both are nil, or the same value.
func same[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}
