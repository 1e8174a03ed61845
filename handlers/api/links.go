package api

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

type newLink struct {
	JobID   uuid.UUID  `json:"job_id" format:"uuid"`
	Channel string     `json:"channel" doc:"api.doc.channel"`
	UserID  *uuid.UUID `json:"user_id,omitempty" format:"uuid" nullable:"true" doc:"api.doc.link_user"`
}

type link struct {
	ID        uuid.UUID `json:"id" format:"uuid"`
	Code      string    `json:"code"`
	URL       string    `json:"url"`
	Channel   string    `json:"channel"`
	JobID     uuid.UUID `json:"job_id" format:"uuid"`
	UserID    uuid.UUID `json:"user_id" format:"uuid"`
	Disabled  bool      `json:"disabled" doc:"api.doc.disabled"`
	CreatedAt time.Time `json:"created_at"`
}

func (h *Handlers) link(l models.Link) link {
	return link{
		ID: l.ID, Code: l.Code, URL: h.URL(l.Path()), Channel: l.Channel, JobID: l.JobID, UserID: l.UserID,
		Disabled: l.DisabledAt != nil, CreatedAt: l.CreatedAt.UTC(),
	}
}

// made answers 201 for what is new and 200 for what stood already.
type made[T any] struct {
	Status int
	Body   T
}

// makeLink answers the share link for a job and a channel, made where there is none.
func (h *Handlers) makeLink(ctx context.Context, in *struct{ Body newLink }) (*made[link], error) {
	u := by(ctx).user
	owner := u.ID
	if in.Body.UserID != nil {
		owner = *in.Body.UserID
	}
	if owner != u.ID && !u.Is(models.RoleHR) {
		return nil, models.ErrForbidden
	}
	l, fresh, err := h.DB.MakeLink(ctx, u, owner, in.Body.JobID, in.Body.Channel)
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if fresh {
		status = http.StatusCreated
	}
	return &made[link]{status, h.link(l)}, nil
}

// listLinks lists one's own links; HR everybody's.
func (h *Handlers) listLinks(ctx context.Context, in *struct {
	Paging
	JobID  uuid.UUID `query:"job_id" format:"uuid"`
	UserID uuid.UUID `query:"user_id" format:"uuid"`
},
) (*answer[list[link]], error) {
	links, next, err := h.DB.SeenLinks(ctx, by(ctx).user,
		models.SeenFilter{JobID: given(in.JobID), UserID: given(in.UserID), Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return listed(links, next, h.link), nil
}
