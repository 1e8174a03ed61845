package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// Headers are what every answer carries: nothing is loaded from elsewhere, framed, sniffed or told to others.
func (a *App) Headers() [][2]string {
	upload := ""
	if a.UploadOrigin != "" && a.UploadOrigin != a.BaseURL.String() {
		upload = " " + a.UploadOrigin
	}
	policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; font-src 'self'; " +
		"connect-src 'self'" + upload + "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
	list := [][2]string{
		{"Content-Security-Policy", policy},
		{"X-Content-Type-Options", "nosniff"},
		{"X-Frame-Options", "DENY"},
		{"Referrer-Policy", "same-origin"},
		{"Permissions-Policy", "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), interest-cohort=()"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
	}
	if a.Secure() {
		list = append(list, [2]string{"Strict-Transport-Security", "max-age=31536000; includeSubDomains"})
	}
	return list
}

func (a *App) headers(next echo.HandlerFunc) echo.HandlerFunc {
	list := a.Headers()
	return func(c echo.Context) error {
		h := c.Response().Header()
		for _, f := range list {
			h.Set(f[0], f[1])
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
