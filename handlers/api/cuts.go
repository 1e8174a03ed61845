package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"kollega/models"
)

type cutWish struct {
	Format   string `json:"format" enum:"landscape,vertical,square" doc:"api.doc.cut_format"`
	Captions *bool  `json:"captions,omitempty" nullable:"true" doc:"api.doc.cut_captions"`
}

type cut struct {
	Status string `json:"status" enum:"ready,processing"`
	URL    string `json:"url,omitempty" doc:"api.doc.cut_url"`
}

// makeCut answers the personal download of a link, or that it is being made.
func (h *Handlers) makeCut(ctx context.Context, in *struct {
	Path
	Body cutWish
},
) (*made[cut], error) {
	link, err := h.DB.SeenLink(ctx, by(ctx).user, in.ID)
	if err != nil {
		return nil, err
	}
	m, err := h.DB.AskCut(ctx, by(ctx).user, in.ID, models.CutWish{
		Format: in.Body.Format, Captions: in.Body.Captions == nil || *in.Body.Captions, URL: h.URL(link.Path()),
	})
	switch {
	case err != nil:
		return nil, err
	case m.Status == models.MakingReady:
		return &made[cut]{http.StatusOK, cut{Status: "ready", URL: h.URL(m.Path())}}, nil
	case m.Status == models.MakingFailed:
		return nil, &models.ConflictError{Key: "clip.error." + m.ErrorCode}
	}
	return &made[cut]{http.StatusAccepted, cut{Status: "processing"}}, nil
}

// alsoAccepted notes that a call answers 202 while something is being made.
func alsoAccepted(op *huma.Operation) {
	op.Responses = map[string]*huma.Response{"202": holds("It is being made, ask again", "application/json", "Cut"), "default": holds("Error", "application/problem+json", "Problem")}
}
