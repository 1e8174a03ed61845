package worker

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"kollega/internal/i18n"
	"kollega/internal/mail"
	"kollega/models"
)

// proposed asks somebody to decide about a colleague's clip, if it is still theirs to decide.
func (w *sendMail) proposed(ctx context.Context, id, to uuid.UUID) (mail.Message, error) {
	u, house, err := w.wanting(ctx, to, models.NoticeProposal)
	if err != nil {
		return mail.Message{}, err
	}
	p, err := w.deps.DB.SeenProposal(ctx, u, id)
	if err != nil {
		return mail.Message{}, err
	}
	mine := p.HolderID == nil && u.Is(models.RoleHR) || p.HolderID != nil && *p.HolderID == u.ID
	if !mine || p.HeldSince == nil || p.State != models.ProposalWaiting && !p.Homeless() {
		return mail.Message{}, models.ErrNotFound
	}
	t := w.deps.Texts.For(cmp.Or(u.Language, house.Language, i18n.Default))
	until := t.Date(p.HeldSince.AddDate(0, 0, max(house.ProposalDays, 1)).Local())
	key := "mail.proposed"
	switch {
	case p.Homeless():
		key = "mail.proposed_homeless"
	case p.HolderID == nil: // nobody comes after HR
		key = "mail.proposed_hr"
	}
	words := []any{"To", u.Name, "Name", p.User.Name, "Title", p.Title, "Until", until}
	return w.aboutNotice(ctx, t, u, models.NoticeProposal, w.compose(t, house, key, "mail.proposed.foot", u.Desk()+"/proposals/"+id.String(), words))
}

// proposalsWait reminds somebody in HR of the clips whose colleagues have waited longest, if they wait still.
func (w *sendMail) proposalsWait(ctx context.Context, to uuid.UUID) (mail.Message, error) {
	u, house, err := w.wanting(ctx, to, models.NoticeProposal)
	if err != nil {
		return mail.Message{}, err
	}
	n, err := w.deps.DB.CountLateProposals(ctx, u)
	if err == nil && n == 0 {
		err = models.ErrNotFound
	}
	if err != nil {
		return mail.Message{}, err
	}
	t := w.deps.Texts.For(cmp.Or(u.Language, house.Language, i18n.Default))
	words := []any{"To", u.Name, "Wait", t.N("proposals.late", n)}
	return w.aboutNotice(ctx, t, u, models.NoticeProposal, w.compose(t, house, "mail.proposals_wait", "mail.proposed.foot", "/hr/proposals", words))
}

// decided tells a colleague what became of the clip they proposed.
func (w *sendMail) decided(ctx context.Context, id uuid.UUID) (mail.Message, error) {
	p, err := w.deps.DB.DecidedProposal(ctx, id)
	if err != nil {
		return mail.Message{}, err
	}
	u, house, err := w.wanting(ctx, p.UserID, models.NoticeProposalDecided)
	if err != nil {
		return mail.Message{}, err
	}
	key := "mail.approved"
	if p.State == models.ProposalDeclined {
		key = "mail.declined"
	}
	by := house.Name
	if p.Decider != nil {
		by = p.Decider.Name
	}
	t := w.deps.Texts.For(cmp.Or(u.Language, house.Language, i18n.Default))
	words := []any{"To", u.Name, "Name", by, "Title", p.Title, "Reason", p.Reason}
	return w.aboutNotice(ctx, t, u, models.NoticeProposalDecided, w.compose(t, house, key, key+".foot", "/clips/"+id.String(), words))
}
