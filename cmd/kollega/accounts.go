package main

import (
	"context"

	"kollega/models"
)

// operator is whoever has the machine: they may do what an administrator may.
var operator = models.User{Role: models.RoleAdmin}

// addUser adds a person; without a password they are invited by mail. The first administrator who comes this way stands in
// for the first run's set-up: the house gets a name that the settings can change.
func addUser(ctx context.Context, db *models.DB, email, name, role, password string) (models.User, error) {
	u, err := db.AddUser(ctx, operator, models.NewUser{Email: email, Name: name, Role: role, Password: password, Invite: password == ""})
	if err != nil || role != models.RoleAdmin {
		return u, err
	}
	if needed, err := db.NeedsSetUp(ctx); err != nil || !needed {
		return u, err
	}
	return u, db.SaveOrganisation(ctx, models.Organisation{Name: "Kollega", Language: "nb"})
}

// createToken makes an API token that acts as the person with that address.
func createToken(ctx context.Context, db *models.DB, email, name string) (string, error) {
	u, err := db.UserByEmail(ctx, email)
	if err != nil {
		return "", err
	}
	_, token, err := db.CreateAPIToken(ctx, u.ID, name)
	return token, err
}
