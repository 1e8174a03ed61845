package staff

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// postBody is the page of a post and the comments under it.
type postBody struct {
	groupRow

	Post      postView
	Comments  []postView
	Next      string // address of later comments
	ID        uuid.UUID
	Text      string // of a comment that was refused
	Names     namesView
	Elsewhere bool // what was refused is not the comment
}

// Post shows a post with its comments; a comment's address leads to the post it stands under.
func (h *Handlers) Post(c echo.Context) error {
	body, err := h.postBody(c)
	if err != nil {
		return err
	}
	if body.Post.ParentID != nil {
		return c.Redirect(http.StatusSeeOther, body.Post.Href)
	}
	return h.Render(c, "staff/post.html", h.postTitle(c, body), body)
}

func (h *Handlers) postTitle(c echo.Context, b postBody) string {
	if b.Post.Who == "" {
		return h.Printer(c).T("post.by_former")
	}
	return h.Printer(c).T("post.by", "Name", b.Post.Who)
}

func (h *Handlers) postBody(c echo.Context) (postBody, error) {
	ctx, by := c.Request().Context(), *web.User(c)
	g, err := h.group(c)
	if err != nil {
		return postBody{}, err
	}
	p, err := h.postIn(c, g.ID)
	if err != nil {
		return postBody{}, err
	}
	b := postBody{groupRow: groupRow{g, groupTitle(h.Printer(c), g), groupPath(g.ID)}, Post: h.postView(c, p, &g), ID: models.NewID()}
	b.Post.Alone = c.QueryParam(amongOthers) == ""
	comments, next, err := h.DB.Comments(ctx, by, p.ID, c.QueryParam("cursor"))
	if err != nil {
		return b, err
	}
	b.Comments = h.postViews(c, comments, &g)
	if next != "" {
		b.Next = b.Post.Href + "?" + url.Values{"cursor": {next}}.Encode()
	}
	if b.Names, err = h.names(c, g); err != nil {
		return b, err
	}
	return b, h.readPosts(c, append(comments, p)...)
}

// postIn is the post of the address, where whoever asks may read it and it is in that group.
func (h *Handlers) postIn(c echo.Context, group uuid.UUID) (models.Post, error) {
	id, err := web.ID(c, "post")
	if err != nil {
		return models.Post{}, err
	}
	p, err := h.DB.SeenPost(c.Request().Context(), *web.User(c), id)
	if err == nil && p.GroupID != group {
		err = models.ErrNotFound
	}
	return p, err
}

// Comment writes a comment under a post.
func (h *Handlers) Comment(c echo.Context) error {
	var in postInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	body, err := h.postBody(c)
	if err != nil {
		return err
	}
	top := body.Post.Top()
	id, _ := uuid.Parse(in.ID) // a form without one is as good
	p, err := h.DB.Post(c.Request().Context(), *web.User(c), body.Group.ID, models.NewPost{ID: id, ParentID: &top, Text: in.Text})
	if err != nil {
		body.Text = in.Text
		return h.RenderInvalid(c, err, "staff/post.html", h.postTitle(c, body), body)
	}
	return c.Redirect(http.StatusSeeOther, p.Path())
}

// EditPost changes a post or a comment.
func (h *Handlers) EditPost(c echo.Context) error {
	in := models.Edit{Text: c.FormValue("text"), Was: c.FormValue("was")}
	return h.withPost(c, "post.saved", "edit", in.Text, func(by models.User, id uuid.UUID) (models.Post, error) {
		return h.DB.EditPost(c.Request().Context(), by, id, in)
	})
}

// ReportPost puts a post before HR.
func (h *Handlers) ReportPost(c echo.Context) error {
	reason := c.FormValue("reason")
	return h.withPost(c, "post.reported", "report", reason, func(by models.User, id uuid.UUID) (models.Post, error) {
		return h.DB.ReportPost(c.Request().Context(), by, id, reason)
	})
}

// RemovePost takes a post or a comment away.
func (h *Handlers) RemovePost(c echo.Context) error {
	return h.withPost(c, "post.taken_away", "", "", func(by models.User, id uuid.UUID) (models.Post, error) {
		return h.DB.RemovePost(c.Request().Context(), by, id)
	})
}

// PinPost keeps a post on top, or does not any more.
func (h *Handlers) PinPost(c echo.Context) error {
	return h.withPost(c, "", "", "", func(by models.User, id uuid.UUID) (models.Post, error) {
		return h.DB.PinPost(c.Request().Context(), by, id, c.FormValue("pinned") == "1")
	})
}

// React says something of a post with one tap, or takes it back.
func (h *Handlers) React(c echo.Context) error {
	kind, said, _ := strings.Cut(c.FormValue("tap"), ":")
	return h.withPost(c, "", "", "", func(by models.User, id uuid.UUID) (models.Post, error) {
		return h.DB.React(c.Request().Context(), by, id, kind, said == "1")
	})
}

// withPost does something with the post of the address, says so, and goes back to where it was done. Words that are refused are shown again.
func (h *Handlers) withPost(c echo.Context, said, form, words string, do func(by models.User, id uuid.UUID) (models.Post, error)) error {
	g, err := h.group(c)
	if err != nil {
		return err
	}
	shown, err := h.postIn(c, g.ID)
	if err != nil {
		return err
	}
	kind := "success"
	p, err := do(*web.User(c), shown.ID)
	var conflict *models.ConflictError
	switch _, refused := web.Refused(err); {
	case refused && form != "":
		return h.postAgain(c, shown, err, form, words)
	case errors.As(err, &conflict):
		kind, said = "warning", conflict.Key
	case err != nil:
		return err
	}
	if said != "" {
		h.Flash(c, kind, h.Printer(c).T(said))
	}
	return c.Redirect(http.StatusSeeOther, backTo(c, p))
}

// backTo is where a post is shown as it was where something was done with it.
func backTo(c echo.Context, p models.Post) string {
	switch script := c.Request().Header.Get("HX-Request") != ""; {
	case c.FormValue("back") != "group":
		return p.Path()
	case script: // which takes the post out of the page
		return p.Path() + "?" + amongOthers + "=1"
	}
	return groupPath(p.GroupID) + "#post-" + p.ID.String()
}

// amongOthers asks for a post as it is shown in its group.
const amongOthers = "list"

// postAgain shows the page of a post or of what it stands under, with the words of one of its forms and what is wrong with them.
func (h *Handlers) postAgain(c echo.Context, p models.Post, err error, form, words string) error {
	id := c.Param("post")
	c.SetParamValues(p.GroupID.String(), p.Top().String())
	body, berr := h.postBody(c)
	if berr != nil {
		return berr
	}
	mark := func(v *postView) {
		if v.ID.String() == id {
			v.Wrote, v.Refused = words, form
		}
	}
	body.Elsewhere = true
	mark(&body.Post)
	for i := range body.Comments {
		mark(&body.Comments[i])
	}
	return h.RenderInvalid(c, err, "staff/post.html", h.postTitle(c, body), body)
}
