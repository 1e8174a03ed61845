package hr

import (
	"errors"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// teamForm is what is written about a team.
type teamForm struct {
	Name   string `form:"name"`
	Leader string `form:"leader"`
}

// teamsView is the list of teams, with a form for a new one and, where ID is set, for the one that was refused.
type teamsView struct {
	teamForm

	ID      uuid.UUID
	Teams   []teamRow
	Leaders []Option
}

// teamRow is a team with the fields of its own form.
type teamRow struct {
	models.TeamRow

	Written, Leader string // the name, and the leader's id, as they stand in the form
}

// Teams lists the teams.
func (h *Handlers) Teams(c echo.Context) error {
	view, err := h.teamsView(c, teamForm{}, uuid.Nil)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/teams.html", h.Printer(c).T("teams.title"), view)
}

// AddTeam makes a team.
func (h *Handlers) AddTeam(c echo.Context) error {
	var in teamForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	_, err := h.DB.AddTeam(c.Request().Context(), in.Name, optionalID(in.Leader))
	return h.teamDone(c, err, in, uuid.Nil, "teams.added")
}

// ChangeTeam writes a team's name and leader.
func (h *Handlers) ChangeTeam(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	var in teamForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	return h.teamDone(c, h.DB.ChangeTeam(c.Request().Context(), id, in.Name, optionalID(in.Leader)), in, id, "teams.saved")
}

// DeleteTeam removes an empty team.
func (h *Handlers) DeleteTeam(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return h.Done(c, h.DB.DeleteTeam(c.Request().Context(), id), "teams.deleted", "/hr/teams")
}

func (h *Handlers) teamDone(c echo.Context, err error, in teamForm, id uuid.UUID, key string) error {
	if _, bad := web.Refused(err); bad {
		view, verr := h.teamsView(c, in, id)
		return errors.Join(verr, h.RenderInvalid(c, err, "hr/teams.html", h.Printer(c).T("teams.title"), view))
	}
	return h.Done(c, err, key, "/hr/teams", "Name", in.Name)
}

func (h *Handlers) teamsView(c echo.Context, form teamForm, id uuid.UUID) (teamsView, error) {
	view := teamsView{teamForm: form, ID: id, Leaders: []Option{{"", h.Printer(c).T("teams.no_leader")}}}
	teams, err := h.DB.Teams(c.Request().Context())
	if err != nil {
		return view, err
	}
	for _, t := range teams {
		row := teamRow{TeamRow: t, Written: t.Name}
		if t.LeaderID != nil {
			row.Leader = t.LeaderID.String()
		}
		if t.ID == id { // what was refused stays as it was written
			row.Written, row.Leader = form.Name, form.Leader
		}
		view.Teams = append(view.Teams, row)
	}
	leaders, err := h.DB.Leaders(c.Request().Context())
	for _, u := range leaders {
		view.Leaders = append(view.Leaders, Option{u.ID.String(), u.Name})
	}
	return view, err
}
