package api

import (
	"context"

	"github.com/google/uuid"

	"kollega/models"
)

// referrals answers what share links led to, by one dimension. It is one page, however long.
func (h *Handlers) referrals(ctx context.Context, in *struct {
	GroupBy string    `query:"group_by" enum:"employee,team,job,clip,channel,skill" default:"employee"`
	JobID   uuid.UUID `query:"job_id" format:"uuid"`
	From    string    `query:"from" doc:"api.doc.from"`
	To      string    `query:"to" doc:"api.doc.to"`
},
) (*answer[list[models.Referral]], error) {
	f := models.ReferralFilter{GroupBy: in.GroupBy, JobID: given(in.JobID)}
	var err error
	if in.From != "" {
		if f.From, err = day("from", in.From); err != nil {
			return nil, err
		}
	}
	if in.To != "" {
		if f.To, err = day("to", in.To); err != nil {
			return nil, err
		}
	}
	rows, _, err := h.DB.Referrals(ctx, f)
	if err != nil {
		return nil, err
	}
	if err := h.Exported(by(ctx).echo, models.OfReport, "json", len(rows)); err != nil {
		return nil, err
	}
	return listed(rows, "", func(r models.Referral) models.Referral { return r }), nil
}
