package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// Headers are what every answer carries: nothing is loaded from elsewhere, framed, sniffed or told to others.
func (a *App) Headers() [][2]string {
	upload := ""
	if a.UploadOrigin != "" && a.UploadOrigin != a.BaseURL.String() {
		upload = " " + a.UploadOrigin
	}
	policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; " +
		"connect-src 'self'" + upload + "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
	list := [][2]string{
		{"Content-Security-Policy", policy},
		{"X-Content-Type-Options", "nosniff"},
		{"X-Frame-Options", "DENY"},
		{"Referrer-Policy", "same-origin"},
		{"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"},
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

// Filming lets the page of this answer use the camera and the microphone, and play what was just filmed. It comes before the body.
func Filming(c echo.Context) {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "media-src 'self'", "media-src 'self' blob:", 1))
	h.Set("Permissions-Policy", strings.Replace(h.Get("Permissions-Policy"), "camera=(), microphone=()", "camera=(self), microphone=(self)", 1))
}

// Framing lets the page of this answer have a frame with something of ours in it. It comes before the body.
func Framing(c echo.Context) {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; frame-src 'self'")
}

// Framed makes this answer one that a page of ours may have in a frame, and that may run, load and send nothing whatever it is.
func Framed(c echo.Context) {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'none'; object-src 'self'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
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
	p.AddInsecureBypassPattern("/c/")            // carries none either: the secret is in the address, and told to nobody, which makes the Origin null
	p.AddInsecureBypassPattern("/notices/stop/") // nor does this one: mail programs ask for it
	return p.Handler(next)
}
