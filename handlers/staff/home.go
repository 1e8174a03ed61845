package staff

import (
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// quickChannels are offered on a job's card itself; the others are one page further.
var quickChannels = []string{"linkedin", "facebook", "whatsapp", "copy"}

type homeBody struct {
	Name  string
	Jobs  []jobCard
	Quick []string
	Asked []models.Consent // clips that one is in and has not answered about

	People  []models.WaitingPerson // the first who wait for an answer of whoever looks
	Waiting int                    // how many there are
	News    int                    // feedback that they have not read

	Questions []questionLine // of colleagues, that one has not answered
}

// shownWaiting is how many people a home names who wait.
const shownWaiting = 3

// jobCard is a job that can be shared.
type jobCard struct {
	Job    models.Job
	Poster string
	Length string
	Mine   int // how many links of one's own it has
}

// Home shows the open jobs, ready to be shared.
func (h *Handlers) Home(c echo.Context) error {
	ctx, user := c.Request().Context(), web.User(c)
	jobs, err := h.DB.OpenJobs(ctx)
	if err != nil {
		return err
	}
	links, err := h.DB.Links(ctx, models.LinkFilter{UserID: &user.ID})
	if err != nil {
		return err
	}
	mine := map[string]int{}
	for _, l := range links {
		if l.DisabledAt == nil {
			mine[l.JobID.String()]++
		}
	}
	asked, err := h.asked(ctx, user.ID)
	if err != nil {
		return err
	}
	body := homeBody{Name: firstName(user.Name), Quick: quickChannels, Asked: asked}
	if err := h.waitingAtHome(c, &body); err != nil {
		return err
	}
	if body.Questions, err = h.openQuestions(c); err != nil {
		return err
	}
	for _, j := range jobs {
		card := jobCard{Job: j, Mine: mine[j.ID.String()]}
		if len(j.Clips) > 0 {
			card.Poster, card.Length = web.ClipMedia(j.Clips[0], "poster"), length(j.Clips[0].Duration)
		}
		body.Jobs = append(body.Jobs, card)
	}
	return h.Render(c, "staff/home.html", h.Printer(c).T("home.title"), body)
}

// waitingAtHome is who waits for whoever looks, and what waits for them.
func (h *Handlers) waitingAtHome(c echo.Context, b *homeBody) (err error) {
	ctx, user := c.Request().Context(), *web.User(c)
	if b.News, err = h.DB.UnreadFeedback(ctx, user); err != nil {
		return err
	}
	b.People, b.Waiting, err = h.DB.FirstWaiting(ctx, user, shownWaiting)
	return err
}
