package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// headers sets what every answer carries: nothing is loaded from elsewhere, framed, sniffed or told to others.
func (a *App) headers(next echo.HandlerFunc) echo.HandlerFunc {
	upload := ""
	if a.UploadOrigin != "" && a.UploadOrigin != a.BaseURL.String() {
		upload = " " + a.UploadOrigin
	}
	policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; font-src 'self'; " +
		"connect-src 'self'" + upload + "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), interest-cohort=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if a.Secure() {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		return next(c)
	}
}

// noStore keeps pages of people who are signed in out of every cache.
func noStore(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Cache-Control", "no-store")
		return next(c)
	}
}

// CrossOrigin refuses changes that another site's page asks for with the person's cookie. The API carries no cookie.
func CrossOrigin(next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	p.AddInsecureBypassPattern("/api/v1/")
	return p.Handler(next)
}
