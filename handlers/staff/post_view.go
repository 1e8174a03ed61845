package staff

import (
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// postView is a post or a comment as whoever asks sees it.
type postView struct {
	models.Post

	Who       string // wrote it; empty for a former colleague
	Href      string // its own page
	Mine      bool
	New       bool // not seen before
	MayPin    bool
	MayRemove bool
	Taps      []tapView
	Card      *attached
	Where     string // the group, where it is shown among those of others
	Alone     bool   // on its own page
	Wrote     string // in its form, where that was refused
	Refused   string // which form that was: edit or report
}

// tapView is one thing that can be said of a post with one tap.
type tapView struct {
	models.Reacted

	Kind string
}

// attached is a job, a clip or a question that goes with a post.
type attached struct {
	Kind, Title, About, Href, Poster, Length string

	Over bool // a question that takes no answers any more
}

// postViews are posts as they are shown: in their group, or without one among what was found.
func (h *Handlers) postViews(c echo.Context, ps []models.Post, g *models.Group) []postView {
	vs := make([]postView, len(ps))
	for i, p := range ps {
		vs[i] = h.postView(c, p, g)
	}
	return vs
}

func (h *Handlers) postView(c echo.Context, p models.Post, g *models.Group) postView {
	by := *web.User(c)
	v := postView{Post: p, Href: p.Path(), Mine: p.By(by), Card: attachment(p)}
	if u := p.Author(); u != nil {
		v.Who = u.Name
	}
	for _, kind := range models.Reactions {
		v.Taps = append(v.Taps, tapView{p.Reacted[kind], kind})
	}
	if g == nil {
		v.Where = groupTitle(h.Printer(c), *p.Group)
		return v
	}
	v.New = g.Member != nil && !v.Mine && p.ParentID == nil && p.At.After(g.Member.SeenAt)
	v.MayPin = p.ParentID == nil && (g.Owned() || g.Kind == models.GroupTalk && g.Member != nil)
	v.MayRemove = v.Mine || g.Owned()
	return v
}

// attachment is what goes with a post, nil where that is nothing, or nothing that can be shared any more.
func attachment(p models.Post) *attached {
	switch {
	case p.Question != nil:
		return &attached{Kind: "question", Title: p.Question.Title, About: p.Question.Words, Href: "/questions/" + p.Question.ID.String(), Over: !p.Question.Open()}
	case p.Job != nil:
		a := &attached{Kind: "job", Title: p.Job.Title, About: p.Job.Location, Href: "/share/" + p.Job.ID.String()}
		if len(p.Job.Clips) > 0 {
			a.Poster, a.Length = web.ClipMedia(p.Job.Clips[0], "poster"), web.Length(p.Job.Clips[0].Duration)
		}
		return a
	case p.Clip != nil:
		return &attached{
			Kind: "clip", Title: p.Clip.Title, Href: "/share/" + p.Clip.JobID.String(), Poster: web.ClipMedia(*p.Clip, "poster"), Length: web.Length(p.Clip.Duration),
		}
	}
	return nil
}
