package web

import (
	"maps"
	"net/url"

	"github.com/google/uuid"

	"kollega/models"
)

// RemarksView is what was said about a thing, as the partial "remarks" wants it.
type RemarksView struct {
	On      string // the form's field that names the thing: clip, suggestion, wording
	ID      uuid.UUID
	Remarks []RemarkView
	First   string // address of the first ones; empty where they are shown
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

// Remarks are remarks about a thing as by sees them; next is the cursor of later ones, page the address of the thing and query what else that
// page was asked with.
func Remarks(by models.User, on string, id uuid.UUID, all []models.Remark, next, page string, query url.Values) *RemarksView {
	v := &RemarksView{On: on, ID: id}
	if query.Get(RemarksAfter) != "" {
		v.First = remarksAt(page, query, "")
	}
	if next != "" {
		v.Next = remarksAt(page, query, next)
	}
	for _, r := range all {
		own := r.By(by)
		v.Remarks = append(v.Remarks, RemarkView{r, NameOf(r.User), own, !own && r.RemovedAt == nil && by.Is(models.RoleHR)})
	}
	return v
}

// remarksAt is the address of a page with the remarks after a cursor, or the first, and what else it was asked with.
func remarksAt(page string, query url.Values, after string) string {
	q := maps.Clone(query)
	q.Del(RemarksAfter)
	if after != "" {
		q.Set(RemarksAfter, after)
	}
	if len(q) > 0 {
		page += "?" + q.Encode()
	}
	return page + "#remarks"
}
