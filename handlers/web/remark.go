package web

import (
	"net/url"

	"github.com/google/uuid"

	"kollega/models"
)

// RemarksView is what was said about a thing, as the partial "remarks" wants it.
type RemarksView struct {
	On      string // the form's field that names the thing: clip, suggestion, wording
	ID      uuid.UUID
	Remarks []RemarkView
	Next    string // address of later ones
}

// RemarkView is a remark as who looks sees it.
type RemarkView struct {
	models.Remark

	Name     string // who said it; empty for somebody who has left
	Own      bool   // who looks may change it
	Moderate bool   // who looks may take it away, being HR
}

// RemarksAfter names the parameter with which a page shows later remarks.
const RemarksAfter = "remarks"

// Remarks are remarks about a thing as by sees them; next is the cursor of later ones, on the same page.
func Remarks(by models.User, on string, id uuid.UUID, all []models.Remark, next string) *RemarksView {
	v := &RemarksView{On: on, ID: id}
	if next != "" {
		v.Next = "?" + url.Values{RemarksAfter: {next}}.Encode() + "#remarks"
	}
	for _, r := range all {
		own := r.By(by)
		v.Remarks = append(v.Remarks, RemarkView{r, NameOf(r.User), own, !own && r.RemovedAt == nil && by.Is(models.RoleHR)})
	}
	return v
}
