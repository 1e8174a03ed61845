package staff

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/upload"
	"kollega/handlers/web"
	"kollega/models"
)

type clipsBody struct{ Proposals []proposalCard }

// proposalCard is a proposal in its colleague's list.
type proposalCard struct {
	models.Proposal

	Poster, Length string
	Trouble        string // key of what is wrong with the file
}

type proposalBody struct {
	proposalCard

	Video         string
	Width, Height int
	Progress      float64
	Making        bool // the clip is being made
	Unsent        bool // the file has not arrived
	CanRetry      bool
}

// MyClips are one's own proposals and what became of them.
func (h *Handlers) MyClips(c echo.Context) error {
	ps, err := h.DB.OwnProposals(c.Request().Context(), web.User(c).ID)
	if err != nil {
		return err
	}
	var body clipsBody
	for _, p := range ps {
		body.Proposals = append(body.Proposals, h.proposalCard(c, p))
	}
	return h.Render(c, "staff/clips.html", h.Printer(c).T("proposals.mine"), body)
}

func (h *Handlers) proposalCard(c echo.Context, p models.Proposal) proposalCard {
	card := proposalCard{Proposal: p}
	if p.Clip != nil {
		card.Poster = web.ClipMedia(*p.Clip, "poster")
		if p.Clip.Version > 0 {
			card.Length = web.Length(p.Clip.Duration)
		}
		if p.Clip.ErrorCode != "" {
			card.Trouble = upload.ErrorKey(h.Printer(c), p.Clip.ErrorCode)
		}
	}
	return card
}

// MyClip is one proposal: the clip, what became of it, and what its colleague may still choose.
func (h *Handlers) MyClip(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	p, err := h.DB.OwnProposal(c.Request().Context(), web.User(c).ID, id)
	if err != nil {
		return err
	}
	if !web.Unseen(c) {
		if err := h.DB.ReadNotices(c.Request().Context(), web.User(c).ID, []string{models.NoticeProposalDecided}, id); err != nil {
			return err
		}
	}
	body := proposalBody{proposalCard: h.proposalCard(c, p)}
	if clip := p.Clip; clip != nil {
		body.Video, body.Width, body.Height, body.Progress = web.ClipMedia(*clip, "video"), clip.Width, clip.Height, clip.Progress
		body.Making, body.Unsent = clip.Status == models.ClipProcessing && clip.Version == 0, clip.Status == models.ClipUploading
		body.CanRetry = clip.Status == models.ClipFailed
	}
	return h.Render(c, "staff/clip.html", p.Title, body)
}

// ShowMyName says whether one's name stands by the clip.
func (h *Handlers) ShowMyName(c echo.Context) error {
	show := c.FormValue("show_name") != ""
	said := "proposal.name.hidden"
	if show {
		said = "proposal.name.shown"
	}
	return h.ownDeed(c, said, func(ctx context.Context, user, id uuid.UUID) error { return h.DB.ShowProposer(ctx, user, id, show) })
}

// WithdrawClip takes a proposal back.
func (h *Handlers) WithdrawClip(c echo.Context) error {
	return h.ownDeed(c, "proposal.withdrawn", h.DB.WithdrawProposal)
}

// RetryClip has the clip made once more, where that failed.
func (h *Handlers) RetryClip(c echo.Context) error {
	return h.ownDeed(c, "clip.now.processing", h.DB.RetryProposal)
}

// ownDeed does something to one's own proposal and says so, or why it cannot be.
func (h *Handlers) ownDeed(c echo.Context, said string, deed func(ctx context.Context, user, id uuid.UUID) error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	err = deed(c.Request().Context(), web.User(c).ID, id)
	var conflict *models.ConflictError
	switch {
	case errors.As(err, &conflict):
		h.Flash(c, "warning", h.Sentence(c, err))
	case err != nil:
		return err
	default:
		h.Flash(c, "success", h.Printer(c).T(said))
	}
	return c.Redirect(http.StatusSeeOther, "/clips/"+id.String())
}
