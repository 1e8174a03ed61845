package staff

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/models"
)

// groupsPage is the address of all groups.
const groupsPage = "/groups"

// groupRow is a group in a list.
type groupRow struct {
	models.Group

	Title string
	At    string
}

// groupsBody is the page of all groups, and of what a search found in them.
type groupsBody struct {
	Search   string
	Mine     []groupRow
	Talks    []groupRow
	MoreMine string     // address of more of one's own
	Open     []groupRow // that one is not in
	Next     string     // address of more of them
	More     bool       // this is not their first page

	Groups     []groupRow // found
	MoreGroups string     // address of more of those
	Posts      []postView // found
	Older      string     // address of more of those
}

// Groups shows one's own groups and those that can be joined, or what a search found.
func (h *Handlers) Groups(c echo.Context) error {
	var in struct {
		Search string `query:"q"`
		Cursor string `query:"cursor"`
		Groups string `query:"groups"` // the cursor of more groups that were found
	}
	if err := c.Bind(&in); err != nil {
		return err
	}
	body := groupsBody{Search: strings.TrimSpace(in.Search), More: in.Cursor != ""}
	var err error
	switch {
	case body.Search == "":
		err = h.allGroups(c, &body, in.Cursor)
	case in.Groups != "":
		err = h.moreGroups(c, &body, in.Groups)
	default:
		err = h.foundGroups(c, &body, in.Cursor)
	}
	if err != nil {
		return err
	}
	return h.Render(c, "staff/groups.html", h.Printer(c).T("groups.title"), body)
}

func (h *Handlers) allGroups(c echo.Context, body *groupsBody, cursor string) error {
	ctx, by := c.Request().Context(), *web.User(c)
	if !body.More {
		mine, next, err := h.DB.MyGroups(ctx, by, c.QueryParam("mine"))
		if err != nil {
			return err
		}
		if next != "" {
			body.MoreMine = groupsPage + "?" + url.Values{"mine": {next}}.Encode()
		}
		for _, g := range h.groupRows(c, mine) {
			if g.Kind == models.GroupTalk {
				body.Talks = append(body.Talks, g)
			} else {
				body.Mine = append(body.Mine, g)
			}
		}
	}
	open, next, err := h.DB.OpenGroups(ctx, by, cursor)
	if next != "" {
		body.Next = groupsPage + "?" + url.Values{"cursor": {next}}.Encode()
	}
	body.Open = h.groupRows(c, open)
	return err
}

// moreGroups are the groups that a search found, after a cursor.
func (h *Handlers) moreGroups(c echo.Context, body *groupsBody, cursor string) error {
	groups, next, err := h.DB.SearchGroups(c.Request().Context(), *web.User(c), body.Search, cursor)
	body.Groups = h.groupRows(c, groups)
	if next != "" {
		body.MoreGroups = groupsPage + "?" + url.Values{"q": {body.Search}, "groups": {next}}.Encode()
	}
	return err
}

func (h *Handlers) foundGroups(c echo.Context, body *groupsBody, cursor string) error {
	ctx, by := c.Request().Context(), *web.User(c)
	if !body.More {
		if err := h.moreGroups(c, body, ""); err != nil {
			return err
		}
	}
	posts, next, err := h.DB.SearchPosts(ctx, by, body.Search, cursor)
	if err != nil {
		return err
	}
	if next != "" {
		body.Older = groupsPage + "?" + url.Values{"q": {body.Search}, "cursor": {next}}.Encode()
	}
	if err := h.nameTalks(c, posts); err != nil {
		return err
	}
	body.Posts = h.postViews(c, posts, nil)
	return nil
}

// nameTalks adds who is in the talks that posts were found in.
func (h *Handlers) nameTalks(c echo.Context, posts []models.Post) error {
	var ids []uuid.UUID
	for _, p := range posts {
		if p.Group.Kind == models.GroupTalk {
			ids = append(ids, p.GroupID)
		}
	}
	talks, err := h.DB.GroupsOf(c.Request().Context(), *web.User(c), ids...)
	for i, p := range posts {
		if g, ok := talks[p.GroupID]; ok {
			posts[i].Group = &g
		}
	}
	return err
}

func (h *Handlers) groupRows(c echo.Context, gs []models.Group) []groupRow {
	rows := make([]groupRow, len(gs))
	for i, g := range gs {
		rows[i] = groupRow{g, groupTitle(h.Printer(c), g), groupPath(g.ID)}
	}
	return rows
}

func groupPath(id uuid.UUID) string { return groupsPage + "/" + id.String() }

// namesInTitle is how many people a talk is called by.
const namesInTitle = 3

// groupTitle is what a group is called; a talk by who else is in it.
func groupTitle(p *i18n.Printer, g models.Group) string {
	if g.Kind != models.GroupTalk {
		return g.Name
	}
	names := make([]string, 0, namesInTitle)
	for _, u := range g.First(namesInTitle) {
		names = append(names, u.Name)
	}
	switch more := len(g.With) - len(names); {
	case len(names) == 0:
		return p.T("talk.alone")
	case more > 0:
		return p.T("talk.and_more", "Names", strings.Join(names, ", "), "More", more)
	}
	return strings.Join(names, ", ")
}

// groupForm is what somebody writes about a group.
type groupForm struct {
	Name  string `form:"name"`
	About string `form:"about"`
	Kind  string `form:"kind"`
	Was   string `form:"was"`
}

// NewGroup is the form of a new group.
func (h *Handlers) NewGroup(c echo.Context) error {
	return h.Render(c, "staff/group_new.html", h.Printer(c).T("group.new"), groupForm{Kind: models.GroupOpen})
}

// MakeGroup makes a group.
func (h *Handlers) MakeGroup(c echo.Context) error {
	var in groupForm
	if err := c.Bind(&in); err != nil {
		return err
	}
	g, err := h.DB.MakeGroup(c.Request().Context(), *web.User(c), models.GroupInput(in))
	if err != nil {
		return h.RenderInvalid(c, err, "staff/group_new.html", h.Printer(c).T("group.new"), in)
	}
	to := groupPath(g.ID)
	if g.Kind == models.GroupClosed { // it is nobody else's until somebody is let in
		to += "/people"
	}
	h.Flash(c, "success", h.Printer(c).T("group.made"))
	return c.Redirect(http.StatusSeeOther, to)
}
