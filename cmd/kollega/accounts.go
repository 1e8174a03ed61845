package main

import (
	"context"

	"kollega/models"
)

// operator is whoever has the machine: they may do what an administrator may.
var operator = models.User{Role: models.RoleAdmin}

// addUser adds a person; without a password they are invited by mail.
func addUser(ctx context.Context, db *models.DB, email, name, role, password string) (models.User, error) {
	return db.AddUser(ctx, operator, models.NewUser{Email: email, Name: name, Role: role, Password: password})
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
