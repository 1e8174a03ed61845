package models

import "github.com/google/uuid"

// System is who changes things on the command line: with an administrator's rights, and nobody's name.
func System() User { return User{Role: RoleAdmin} }

// ref is who did something, as rows name them; nil for the command line.
func (u User) ref() *uuid.UUID {
	if u.ID == uuid.Nil {
		return nil
	}
	return &u.ID
}

// mayHandle tells whether the person may add or change a person with that role: HR everybody but administrators.
func (u User) mayHandle(role string) bool {
	return u.Role == RoleAdmin || u.Role == RoleHR && role != RoleAdmin
}

// GivesRoles are the roles that the person may give to others.
func (u User) GivesRoles() []string {
	var roles []string
	for _, r := range Roles {
		if u.mayHandle(r) {
			roles = append(roles, r)
		}
	}
	return roles
}
