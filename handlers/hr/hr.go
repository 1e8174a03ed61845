// Package hr is the pages of HR and administrators.
package hr

import "kollega/handlers/web"

// Handlers answers these pages.
type Handlers struct{ *web.App }

// New makes the pages on what all pages share.
func New(a *web.App) *Handlers { return &Handlers{App: a} }
