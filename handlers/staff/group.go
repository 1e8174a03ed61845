package staff

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// groupBody is the page of a group.
type groupBody struct {
	groupRow

	Compose composeView
	Pinned  []postView
	Posts   []postView
	Next    string // address of older posts
	Older   bool   // this is not the first page
	Asks    bool   // who looks may put a question to it
}

// Group shows a group and its posts, the newest first.
func (h *Handlers) Group(c echo.Context) error {
	body, err := h.groupBody(c)
	if err != nil {
		return err
	}
	return h.Render(c, "staff/group.html", body.Title, body)
}

func (h *Handlers) groupBody(c echo.Context) (groupBody, error) {
	ctx, by, after := c.Request().Context(), *web.User(c), c.QueryParam("cursor")
	g, err := h.group(c)
	if err != nil {
		return groupBody{}, err
	}
	b := groupBody{groupRow: groupRow{g, groupTitle(h.Printer(c), g), groupPath(g.ID)}, Older: after != ""}
	b.Asks = g.Kind != models.GroupTalk && by.Is(models.RoleLeader) && (g.Member != nil || by.Is(models.RoleHR))
	posts, next, err := h.DB.Posts(ctx, by, g.ID, after)
	if err != nil {
		return b, err
	}
	if next != "" {
		b.Next = b.At + "?" + url.Values{"cursor": {next}}.Encode()
	}
	b.Posts = h.postViews(c, posts, &g)
	if !b.Older {
		pinned, err := h.DB.Pinned(ctx, by, g.ID)
		if err != nil {
			return b, err
		}
		b.Pinned = h.postViews(c, pinned, &g)
		if b.Compose, err = h.compose(c, g); err != nil {
			return b, err
		}
		if len(posts) > 0 && !web.Unseen(c) {
			if err := h.DB.SeeGroup(ctx, by, g.ID, posts[0].At); err != nil {
				return b, err
			}
		}
	}
	return b, h.readPosts(c, posts...)
}

// readPosts notes that who asks has posts before them, where they can see the page.
func (h *Handlers) readPosts(c echo.Context, ps ...models.Post) error {
	if web.Unseen(c) {
		return nil
	}
	return h.DB.ReadPosts(c.Request().Context(), *web.User(c), ps...)
}

// group is the group of the address, where whoever asks may read it.
func (h *Handlers) group(c echo.Context) (models.Group, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return models.Group{}, err
	}
	return h.DB.Group(c.Request().Context(), *web.User(c), id)
}

// JoinGroup makes whoever asks a member of an open group.
func (h *Handlers) JoinGroup(c echo.Context) error {
	return h.inGroup(c, "group.joined", func(by models.User, id uuid.UUID) (string, error) {
		return groupPath(id), h.DB.JoinGroup(c.Request().Context(), by, id)
	})
}

// LeaveGroup ends the membership of whoever asks.
func (h *Handlers) LeaveGroup(c echo.Context) error {
	return h.inGroup(c, "group.left", func(by models.User, id uuid.UUID) (string, error) {
		return groupsPage, h.DB.LeaveGroup(c.Request().Context(), by, id)
	})
}

// MuteGroup says whether whoever asks is told of what is new in a group.
func (h *Handlers) MuteGroup(c echo.Context) error {
	muted := c.FormValue("muted") == "1"
	said := "group.unmuted"
	if muted {
		said = "group.muted"
	}
	return h.inGroup(c, said, func(by models.User, id uuid.UUID) (string, error) {
		return groupPath(id), h.DB.MuteGroup(c.Request().Context(), by, id, muted)
	})
}

// inGroup does something in the group of the address, says so, and goes on to where do leads.
func (h *Handlers) inGroup(c echo.Context, said string, do func(by models.User, id uuid.UUID) (string, error)) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	to, err := do(*web.User(c), id)
	if err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T(said))
	return c.Redirect(http.StatusSeeOther, to)
}

// EditGroup is the form of a group's name and description.
func (h *Handlers) EditGroup(c echo.Context) error {
	g, err := h.group(c)
	if err != nil {
		return err
	}
	if !g.Owned() {
		return models.ErrForbidden
	}
	body, err := h.groupEdit(c, g, groupForm{Name: g.Name, About: g.About}, channelForm{})
	if err != nil {
		return err
	}
	return h.Render(c, "staff/group_edit.html", g.Name, body)
}

type groupEditBody struct {
	channelsBody

	Group models.Group
	Form  groupForm
	Stood bool // somebody else changed it meanwhile: what stands now is shown as well
}

func (h *Handlers) groupEdit(c echo.Context, g models.Group, form groupForm, channel channelForm) (groupEditBody, error) {
	channels, err := h.channels(c, g, channel)
	stood := form.Was != "" && form.Was != g.Version()
	form.Was = g.Version()
	return groupEditBody{channels, g, form, stood}, err
}

// ChangeGroup writes a group's name and description.
func (h *Handlers) ChangeGroup(c echo.Context) error {
	var in groupForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	g, err := h.group(c)
	if err != nil {
		return err
	}
	if err := h.DB.ChangeGroup(c.Request().Context(), *web.User(c), g.ID, models.GroupInput(in)); err != nil {
		if _, bad := web.Refused(err); !bad {
			return err
		}
		body, berr := h.groupEdit(c, g, in, channelForm{})
		return errors.Join(berr, h.RenderInvalid(c, err, "staff/group_edit.html", g.Name, body))
	}
	h.Flash(c, "success", h.Printer(c).T("group.saved"))
	return c.Redirect(http.StatusSeeOther, groupPath(g.ID))
}

// KeepDraft keeps what somebody is writing, until they send it.
func (h *Handlers) KeepDraft(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := h.DB.KeepDraft(c.Request().Context(), *web.User(c), id, c.FormValue("text")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
