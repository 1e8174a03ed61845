package staff

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// channelForm is what an owner writes about a channel that is told what happens in the group.
type channelForm struct {
	Kind    string `form:"kind"`
	Name    string `form:"name"`
	Address string `form:"address"`
}

// channelsBody is the channels of an open group; none of another, of which nothing is told elsewhere.
type channelsBody struct {
	Channels []models.Webhook
	Channel  channelForm // a new one
	Kinds    []web.Choice
	Refused  bool // what was written about the new one
}

func (h *Handlers) channels(c echo.Context, g models.Group, form channelForm) (b channelsBody, err error) {
	if g.Kind != models.GroupOpen {
		return b, nil
	}
	if form.Kind == "" {
		form.Kind = models.WebhookKinds[0]
	}
	b.Channel, b.Kinds = form, h.WebhookKinds(c)
	b.Channels, err = h.DB.GroupWebhooks(c.Request().Context(), *web.User(c), g.ID)
	return b, err
}

// AddGroupChannel lets a channel know of new posts in an open group.
func (h *Handlers) AddGroupChannel(c echo.Context) error {
	var in channelForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	_, err = h.DB.AddGroupWebhook(c.Request().Context(), *web.User(c), id, models.WebhookInput{Kind: in.Kind, Name: in.Name, Address: in.Address})
	if _, refused := web.Refused(err); refused || errors.Is(err, models.ErrConflict) {
		return h.channelAgain(c, err, in)
	}
	return h.Done(c, err, "webhooks.added", channelsAt(id), "Name", in.Name)
}

// channelAgain shows the form of a new channel with what was written, and why there is none.
func (h *Handlers) channelAgain(c echo.Context, err error, in channelForm) error {
	g, gerr := h.group(c)
	if gerr != nil {
		return gerr
	}
	body, berr := h.groupEdit(c, g, groupForm{Name: g.Name, About: g.About}, in)
	if berr != nil {
		return berr
	}
	body.Refused = true
	return h.RenderAgain(c, err, "staff/group_edit.html", g.Name, body)
}

// TryGroupChannel has a message sent, to see whether it arrives.
func (h *Handlers) TryGroupChannel(c echo.Context) error {
	return h.channelDeed(c, "webhooks.tried", h.DB.TryGroupWebhook)
}

// SwitchGroupChannel turns one off, or on again.
func (h *Handlers) SwitchGroupChannel(c echo.Context) error {
	on, key := c.FormValue("on") == "1", "webhooks.turned_off"
	if on {
		key = "webhooks.turned_on"
	}
	return h.channelDeed(c, key, func(ctx context.Context, by models.User, group, id uuid.UUID) error {
		return h.DB.SwitchGroupWebhook(ctx, by, group, id, on)
	})
}

// DeleteGroupChannel forgets one.
func (h *Handlers) DeleteGroupChannel(c echo.Context) error {
	return h.channelDeed(c, "webhooks.deleted", h.DB.DeleteGroupWebhook)
}

func (h *Handlers) channelDeed(c echo.Context, said string, deed func(ctx context.Context, by models.User, group, id uuid.UUID) error) error {
	group, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	id, err := web.ID(c, "channel")
	if err != nil {
		return err
	}
	return h.Done(c, deed(c.Request().Context(), *web.User(c), group, id), said, channelsAt(group))
}

// channelsAt is where a group's channels are.
func channelsAt(group uuid.UUID) string { return groupPath(group) + "/edit#channels" }
