package models

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// TeamRow is a team in a list, with its leader and how many active people it has.
type TeamRow struct {
	Team

	LeaderName string
	Members    int
}

// Teams are all teams by name.
func (db *DB) Teams(ctx context.Context) ([]TeamRow, error) {
	var ts []TeamRow
	err := db.q(ctx).Raw(`select t.*, coalesce(l.name, '') as leader_name,
			(select count(*) from users u where u.team_id = t.id and u.deactivated_at is null) as members
		from teams t left join users l on l.id = t.leader_id order by t.name_key collate "nb-x-icu", t.id`).Scan(&ts).Error
	return ts, mapped(err)
}

// Team is the team of that id.
func (db *DB) Team(ctx context.Context, id uuid.UUID) (Team, error) {
	var t Team
	err := db.q(ctx).Where("id = ?", id).Take(&t).Error
	return t, mapped(err)
}

// TeamMembers are the active people of a team by name.
func (db *DB) TeamMembers(ctx context.Context, id uuid.UUID) ([]User, error) {
	var us []User
	err := db.q(ctx).Where("team_id = ? and deactivated_at is null", id).Order(`name collate "nb-x-icu", id`).Find(&us).Error
	return us, mapped(err)
}

// Leaders are the active people who may lead a team, by name.
func (db *DB) Leaders(ctx context.Context) ([]User, error) {
	var us []User
	err := db.q(ctx).Where("role <> ? and deactivated_at is null", RoleEmployee).Order(`name collate "nb-x-icu", id`).Find(&us).Error
	return us, mapped(err)
}

// AddTeam makes a team. The leader may be nil.
func (db *DB) AddTeam(ctx context.Context, name string, leader *uuid.UUID) (Team, error) {
	t := Team{ID: NewID(), Name: tidy(name), NameKey: nameKey(tidy(name)), LeaderID: leader, CreatedAt: db.Now()}
	if err := db.checkTeam(ctx, t); err != nil {
		return t, err
	}
	return t, db.do(ctx, Deed{DidAdd, OfTeam, t.ID, nil}, func(tx *DB) error { return teamTaken(mapped(tx.q(ctx).Create(&t).Error)) })
}

// ChangeTeam changes a team's name and leader.
func (db *DB) ChangeTeam(ctx context.Context, id uuid.UUID, name string, leader *uuid.UUID) error {
	t := Team{ID: id, Name: tidy(name), NameKey: nameKey(tidy(name)), LeaderID: leader}
	if err := db.checkTeam(ctx, t); err != nil {
		return err
	}
	return db.do(ctx, Deed{DidChange, OfTeam, id, nil}, func(tx *DB) error {
		return teamTaken(changed(tx.q(ctx).Model(&Team{}).Where("id = ?", id).
			Updates(map[string]any{"name": t.Name, "name_key": t.NameKey, "leader_id": leader})))
	})
}

// DeleteTeam removes a team that nobody is in, the deactivated included: they belong to its history.
func (db *DB) DeleteTeam(ctx context.Context, id uuid.UUID) error {
	err := db.do(ctx, Deed{DidErase, OfTeam, id, nil}, func(tx *DB) error {
		if err := changed(tx.q(ctx).Where("id = ? and not exists (select 1 from users where team_id = teams.id)", id).Delete(&Team{})); err != nil {
			return err
		}
		return tx.narrowQuestions(ctx)
	})
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	if _, err := db.Team(ctx, id); err != nil {
		return err
	}
	return &ConflictError{Key: "teams.not_empty"}
}

func (db *DB) checkTeam(ctx context.Context, t Team) error {
	var bad ValidationErrors
	checkName(&bad, t.Name)
	if t.LeaderID != nil {
		u, err := db.User(ctx, *t.LeaderID)
		switch {
		case err != nil && !errors.Is(err, ErrNotFound):
			return err
		case err != nil || !u.Active() || u.Role == RoleEmployee:
			bad.Add("leader", "teams.leader_role")
		}
	}
	return bad.Err()
}

func teamTaken(err error) error {
	if errors.Is(err, ErrConflict) {
		return ValidationErrors{Invalid("name", "teams.name_taken")}
	}
	return err
}

// wantedTeam is the team of that id, or of that name, made where there is none; nil when neither is given.
func (db *DB) wantedTeam(ctx context.Context, id *uuid.UUID, name string) (*Team, error) {
	if id != nil {
		t, err := db.Team(ctx, *id)
		if errors.Is(err, ErrNotFound) {
			return nil, ValidationErrors{Invalid("team", "error.choose")}
		}
		return &t, err
	}
	name = tidy(name)
	if name == "" {
		return nil, nil //nolint:nilnil // no team is wanted
	}
	if len(name) > maxName {
		return nil, ValidationErrors{Invalid("team", "error.too_long", "Max", maxName)}
	}
	fresh := Team{ID: NewID(), Name: name, NameKey: nameKey(name), CreatedAt: db.Now()}
	if err := db.q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "name_key"}}, DoNothing: true}).Create(&fresh).Error; err != nil {
		return nil, fmt.Errorf("team: %w", err)
	}
	var t Team
	err := db.q(ctx).Where("name_key = ?", fresh.NameKey).Take(&t).Error
	return &t, mapped(err)
}
