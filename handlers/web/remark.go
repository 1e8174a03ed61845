package web

import (
	"github.com/google/uuid"

	"kollega/models"
)

// RemarksView is what was said about a thing, as the partial "remarks" wants it.
type RemarksView struct {
	On      string // the form's field that names the thing: clip, suggestion, wording
	ID      uuid.UUID
	Remarks []RemarkView
}

// RemarkView is a remark as who looks sees it.
type RemarkView struct {
	models.Remark

	Name     string // who said it; empty for somebody who has left
	Own      bool   // who looks may change it
	Moderate bool   // who looks may take it away, being HR
}

// Remarks are remarks about a thing as by sees them.
func Remarks(by models.User, on string, id uuid.UUID, all []models.Remark) *RemarksView {
	v := &RemarksView{On: on, ID: id}
	for _, r := range all {
		own := r.By(by)
		v.Remarks = append(v.Remarks, RemarkView{r, NameOf(r.User), own, !own && r.RemovedAt == nil && by.Is(models.RoleHR)})
	}
	return v
}
