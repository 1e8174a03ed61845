package hr

import (
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// webhookForm is what is written about a webhook.
type webhookForm struct {
	Kind    string   `form:"kind"`
	Name    string   `form:"name"`
	Address string   `form:"address"`
	Events  []string `form:"events"`
}

func emptyWebhook() webhookForm {
	return webhookForm{Kind: models.WebhookKinds[0], Events: []string{models.EventNewJob}}
}

// Wants tells whether an event is chosen.
func (f webhookForm) Wants(event string) bool { return slices.Contains(f.Events, event) }

// webhooksView is the list, with a form for a new one and, where ID is set, for the one that was refused.
type webhooksView struct {
	Fresh  webhookForm // of the new one
	ID     uuid.UUID
	Rows   []webhookRow
	Kinds  []web.Choice
	Events []string
}

// webhookRow is a webhook with the fields of its own form.
type webhookRow struct {
	models.Webhook

	Form webhookForm
}

// Webhooks lists the channels that are told of what happens.
func (h *Handlers) Webhooks(c echo.Context) error {
	view, err := h.webhooksView(c, emptyWebhook(), uuid.Nil)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/webhooks.html", h.Printer(c).T("webhooks.title"), view)
}

// AddWebhook makes one.
func (h *Handlers) AddWebhook(c echo.Context) error {
	var in webhookForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	_, err := h.DB.AddWebhook(c.Request().Context(), *web.User(c), models.WebhookInput{Kind: in.Kind, Name: in.Name, Address: in.Address, Events: in.Events})
	return h.webhookDone(c, err, in, uuid.Nil, "webhooks.added")
}

// ChangeWebhook writes what is known about one.
func (h *Handlers) ChangeWebhook(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	var in webhookForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	err = h.DB.ChangeWebhook(c.Request().Context(), *web.User(c), id, models.WebhookInput{Kind: in.Kind, Name: in.Name, Address: in.Address, Events: in.Events})
	return h.webhookDone(c, err, in, id, "webhooks.saved")
}

// TryWebhook has a message sent, to see whether it arrives.
func (h *Handlers) TryWebhook(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return h.Done(c, h.DB.TryWebhook(c.Request().Context(), *web.User(c), id), "webhooks.tried", "/hr/webhooks")
}

// SwitchWebhook turns one off, or on again.
func (h *Handlers) SwitchWebhook(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	on := c.FormValue("on") == "1"
	key := "webhooks.turned_off"
	if on {
		key = "webhooks.turned_on"
	}
	return h.Done(c, h.DB.SwitchWebhook(c.Request().Context(), *web.User(c), id, on), key, "/hr/webhooks")
}

// DeleteWebhook forgets one.
func (h *Handlers) DeleteWebhook(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return h.Done(c, h.DB.DeleteWebhook(c.Request().Context(), *web.User(c), id), "webhooks.deleted", "/hr/webhooks")
}

func (h *Handlers) webhookDone(c echo.Context, err error, in webhookForm, id uuid.UUID, key string) error {
	if err == nil {
		return h.Done(c, nil, key, "/hr/webhooks", "Name", in.Name)
	}
	view, verr := h.webhooksView(c, in, id)
	return errors.Join(verr, h.RenderAgain(c, err, "hr/webhooks.html", h.Printer(c).T("webhooks.title"), view))
}

func (h *Handlers) webhooksView(c echo.Context, form webhookForm, id uuid.UUID) (webhooksView, error) {
	view := webhooksView{Fresh: form, ID: id, Kinds: h.WebhookKinds(c), Events: models.WebhookEvents}
	if id != uuid.Nil {
		view.Fresh = emptyWebhook()
	}
	rows, err := h.DB.Webhooks(c.Request().Context())
	for _, w := range rows {
		row := webhookRow{w, webhookForm{Kind: w.Kind, Name: w.Name, Events: w.Events}}
		if w.ID == id { // what was refused stays as it was written
			row.Form = form
		}
		view.Rows = append(view.Rows, row)
	}
	return view, err
}
