package web

import (
	"net/url"

	"kollega/models"
)

// WordingView is a suggested wording as the partial "wording" wants it.
type WordingView struct {
	models.Wording

	Diff   []DiffPiece
	By     string // who suggested it; empty for somebody who has left
	Decide bool   // who looks decides about it
	Own    bool
}

// WordingsAfter names the parameter with which a page shows more suggestions.
const WordingsAfter = "wordings"

// MoreWordings is the address of more suggestions on the same page; empty without a cursor.
func MoreWordings(next string) string {
	if next == "" {
		return ""
	}
	return "?" + url.Values{WordingsAfter: {next}}.Encode() + "#wordings"
}

// Wordings are suggestions as by sees them: those that wait, and those decided.
func Wordings(by models.User, all []models.Wording) (waiting, decided []WordingView) {
	for _, w := range all {
		v := WordingOf(by, w)
		if w.State == models.WordingWaiting {
			waiting = append(waiting, v)
		} else {
			decided = append(decided, v)
		}
	}
	return waiting, decided
}

// WordingOf is one suggestion as by sees it.
func WordingOf(by models.User, w models.Wording) WordingView {
	waits := w.State == models.WordingWaiting
	return WordingView{Wording: w, Diff: Diff(w.Before, w.After), By: NameOf(w.User), Decide: waits && w.Keeper(by), Own: waits && w.UserID == by.ID}
}

// NameOf is somebody's name; empty for nobody and for whoever has left.
func NameOf(u *models.User) string {
	if u == nil || !u.Active() {
		return ""
	}
	return u.Name
}
