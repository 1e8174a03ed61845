// Package staff is the pages of everybody who works in the house: sharing, their links, their own settings.
package staff

import "kollega/handlers/web"

// Handlers answers these pages.
type Handlers struct{ *web.App }

// New makes the pages on what all pages share.
func New(a *web.App) *Handlers { return &Handlers{App: a} }
