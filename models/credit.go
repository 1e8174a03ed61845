package models

import (
	"context"
	"strings"

	"gorm.io/gorm/clause"
)

// PolicyLastLink credits the owner of the share link whose page the application was sent from.
const PolicyLastLink = "last_link/1"

// credit writes who is credited for a new application, if anybody is: only what a person did, and nobody for themselves.
func (db *DB) credit(ctx context.Context, app Application, in Applying) error {
	if in.Link == nil || in.Class != "" && in.Class != ClassHuman {
		return nil
	}
	owner, err := db.User(ctx, in.Link.UserID)
	if err != nil {
		return err
	}
	if EmailKey(owner.Email) == EmailKey(strings.TrimSpace(in.Email)) {
		return nil
	}
	row := Credit{
		ID: NewID(), ApplicationID: app.ID, Round: 1, UserID: owner.ID, LinkID: &in.Link.ID, Weight: 1,
		Policy: PolicyLastLink, Reason: "credit.last_link", ReasonArgs: map[string]any{"Channel": in.Link.Channel}, At: db.Now(),
	}
	return mapped(db.q(ctx).Omit(clause.Associations).Create(&row).Error)
}
