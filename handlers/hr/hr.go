// Package hr is the pages of HR and administrators.
package hr

import "kollega/handlers/web"

// maxUpload bounds logos and lists of people, in bytes; their routes' limits are lower still.
const maxUpload = 8 << 20

// Handlers answers these pages.
type Handlers struct{ *web.App }

// New makes the pages on what all pages share.
func New(a *web.App) *Handlers { return &Handlers{App: a} }
