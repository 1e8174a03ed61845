package api

import (
	"context"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

type newUser struct {
	Email string           `json:"email"`
	Name  string           `json:"name"`
	Role  string           `json:"role" enum:"admin,hr,leader,employee"`
	Team  optional[string] `json:"team,omitempty" doc:"api.doc.team"`
}

type user struct {
	ID        uuid.UUID  `json:"id" format:"uuid"`
	Email     string     `json:"email"`
	Name      string     `json:"name"`
	Role      string     `json:"role"`
	Team      string     `json:"team"`
	InvitedAt *time.Time `json:"invited_at"`
	CreatedAt time.Time  `json:"created_at"`
}

// addUser adds a person and sends them an invitation.
func (h *Handlers) addUser(ctx context.Context, in *struct{ Body newUser }) (*answer[user], error) {
	u, err := h.DB.AddUser(ctx, by(ctx).user, models.NewUser{
		Email: in.Body.Email, Name: in.Body.Name, Role: in.Body.Role, Team: in.Body.Team.or(), Invite: true,
	})
	if err != nil {
		return nil, err
	}
	view := user{ID: u.ID, Email: u.Email, Name: u.Name, Role: u.Role, InvitedAt: utc(u.InvitedAt), CreatedAt: u.CreatedAt.UTC()}
	if u.Team != nil {
		view.Team = u.Team.Name
	}
	return &answer[user]{view}, nil
}
