package hr

import (
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// draftChoice is the choice of making a draft job of a proposal.
const draftChoice = "draft"

type proposalsBody struct {
	At            string // the pages' address
	Open, Decided []proposalCard
	Days          int
}

// proposalCard is a proposal in a list of those who decide.
type proposalCard struct {
	models.Proposal

	Poster, Length string
	Late           bool // HR has let it wait too long
}

type proposalBody struct {
	At string
	proposalCard

	Video     string
	Captions  []captionView
	Decidable bool     // by who asks
	Jobs      []option // for HR to choose from
	Job       string   // the chosen one
	Typed     string   // for a decline
	MaxReason int
	Owed      *models.Waiting // the answer that whoever proposed it waits for, where it is theirs to give
}

// proposalsAt is where the pages of proposals are for who asks: HR's or a leader's.
func proposalsAt(c echo.Context) string {
	if strings.HasPrefix(c.Path(), "/leader/") {
		return "/leader/proposals"
	}
	return "/hr/proposals"
}

// Proposals are the clips that colleagues propose: those to decide, and those decided last.
func (h *Handlers) Proposals(c echo.Context) error {
	ctx := c.Request().Context()
	open, decided, err := h.DB.SeenProposals(ctx, *web.User(c))
	if err != nil {
		return err
	}
	body := proposalsBody{At: proposalsAt(c), Open: h.proposalCards(c, open), Decided: h.proposalCards(c, decided)}
	if body.Days, err = h.DB.ProposalDays(ctx); err != nil {
		return err
	}
	for i, p := range open {
		body.Open[i].Late = p.LateSince(h.Now().AddDate(0, 0, -body.Days))
	}
	return h.Render(c, "hr/proposals.html", h.Printer(c).T("proposals.title"), body)
}

func (h *Handlers) proposalCards(c echo.Context, ps []models.Proposal) []proposalCard {
	cards := make([]proposalCard, len(ps))
	for i, p := range ps {
		h.former(c, p.User)
		cards[i] = cardOf(p)
	}
	return cards
}

func cardOf(p models.Proposal) proposalCard {
	card := proposalCard{Proposal: p}
	if p.Clip != nil {
		card.Poster, card.Length = web.ClipMedia(*p.Clip, "poster"), length(*p.Clip)
	}
	return card
}

// Proposal is one proposed clip, to be watched and decided.
func (h *Handlers) Proposal(c echo.Context) error {
	body, err := h.proposalBody(c)
	if err != nil {
		return err
	}
	if !web.Unseen(c) {
		if err := h.DB.ReadNotices(c.Request().Context(), web.User(c).ID, []string{models.NoticeProposal}, body.ID); err != nil {
			return err
		}
	}
	return h.Render(c, "hr/proposal.html", body.Title, body)
}

func (h *Handlers) proposalBody(c echo.Context) (proposalBody, error) {
	ctx, user := c.Request().Context(), web.User(c)
	id, err := web.ID(c, "id")
	if err != nil {
		return proposalBody{}, err
	}
	p, err := h.DB.SeenProposal(ctx, *user, id)
	if err != nil {
		return proposalBody{}, err
	}
	h.former(c, p.User)
	b := proposalBody{At: proposalsAt(c), proposalCard: cardOf(p), MaxReason: models.MaxReason}
	if p.Clip != nil {
		b.Video = web.ClipMedia(*p.Clip, "video")
		b.Decidable = p.State == models.ProposalWaiting || p.Homeless() && user.Is(models.RoleHR)
	}
	owed, err := h.DB.WaitingAbout(ctx, *user, models.OwedClip, id)
	if err == nil {
		b.Owed = &owed
	} else if !errors.Is(err, models.ErrNotFound) {
		return b, err
	}
	if !b.Decidable || !user.Is(models.RoleHR) {
		return b, nil
	}
	jobs, err := h.DB.AttachableJobs(ctx)
	if err != nil {
		return b, err
	}
	if p.JobID == nil {
		b.Job = draftChoice
	} else {
		b.Job = p.JobID.String()
	}
	b.Jobs = append(b.Jobs, option{draftChoice, h.Printer(c).T("proposal.job.draft", "Title", p.Title)})
	for _, j := range jobs {
		b.Jobs = append(b.Jobs, option{j.ID.String(), j.Title})
	}
	return b, nil
}

// ApproveProposal says yes: the clip becomes its job's, not yet published.
func (h *Handlers) ApproveProposal(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	var to models.ProposalJob
	if chosen := c.FormValue("job"); chosen == draftChoice {
		to.Draft = true
	} else if job, err := uuid.Parse(chosen); err == nil {
		to.JobID = &job
	}
	p, err := h.DB.SeenProposal(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return err
	}
	job, err := h.DB.ApproveProposal(c.Request().Context(), *web.User(c), id, to)
	at, said := proposalsAt(c)+"/"+id.String(), "proposal.approved.said"
	switch {
	case err == nil && job == nil:
		said = "proposal.approved.homeless"
	case err == nil && web.User(c).Is(models.RoleHR) && p.ClipID != nil: // what is missing before it can be published is said there
		at = "/hr/clips/" + p.ClipID.String()
	}
	return h.decided(c, err, said, at)
}

// DeclineProposal says no, with a reason for the colleague to read.
func (h *Handlers) DeclineProposal(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	err = h.DB.DeclineProposal(c.Request().Context(), *web.User(c), id, c.FormValue("reason"))
	return h.decided(c, err, "proposal.declined.said", proposalsAt(c)+"/"+id.String())
}

// decided says what was done, or shows the page again with what was refused.
func (h *Handlers) decided(c echo.Context, err error, said, at string) error {
	if _, refused := web.Refused(err); !refused {
		return h.Done(c, err, said, at)
	}
	body, berr := h.proposalBody(c)
	if berr != nil {
		return berr
	}
	body.Typed = c.FormValue("reason")
	return h.RenderInvalid(c, err, "hr/proposal.html", body.Title, body)
}
