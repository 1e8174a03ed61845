package public

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/models"
)

type jobsBody struct{ Jobs []jobCard }

// Jobs are the open jobs, for everybody.
func (h *Handlers) Jobs(c echo.Context) error {
	jobs := h.cards(uuid.Nil)
	p := h.Printer(c)
	page := h.Page(c, p.T("public.jobs.title"), jobsBody{Jobs: jobs})
	page.Description, page.Canonical = p.T("public.jobs.lead", "House", page.Org.Name), h.URL("/jobs")
	c.Response().Header().Set("Cache-Control", "no-cache")
	return h.RenderPage(c, http.StatusOK, "public/jobs.html", page)
}

type thanksBody struct {
	Job    models.Job
	Again  bool // an application stood already and was brought up to date
	Others []jobCard
}

// Thanks says what happens next. Its address names no person.
func (h *Handlers) Thanks(c echo.Context) error {
	l, err := h.bySlug(c)
	return h.found(c, l, err, func(l models.Landing) error {
		others := h.cards(l.Job.ID)
		body := thanksBody{Job: l.Job, Again: c.QueryParam("again") == "1", Others: others}
		page := h.Page(c, h.Printer(c).T("public.thanks.title"), body)
		page.NoIndex = true
		private(c)
		return h.RenderPage(c, http.StatusOK, "public/thanks.html", page)
	})
}

// Privacy says what is stored, how long, and what rights people have.
func (h *Handlers) Privacy(c echo.Context) error {
	page := h.Page(c, h.Printer(c).T("public.privacy.title"), nil)
	page.Canonical = h.URL("/privacy")
	c.Response().Header().Set("Cache-Control", "no-cache")
	return h.RenderPage(c, http.StatusOK, "public/privacy.html", page)
}

// Robots leads search engines to the open jobs. Share links are not forbidden: those who make previews obey as well, and
// the pages themselves say that they do not belong in an index.
func (h *Handlers) Robots(c echo.Context) error {
	return c.String(http.StatusOK, "User-agent: *\nDisallow: /api/\nDisallow: /c/\nDisallow: /hr/\nDisallow: /leader/\nDisallow: /settings/\n\nSitemap: "+h.URL("/sitemap.xml")+"\n")
}

type sitemap struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

// Sitemap lists the public pages: https://www.sitemaps.org/protocol.html.
func (h *Handlers) Sitemap(c echo.Context) error {
	m := sitemap{URLs: []sitemapURL{{Loc: h.URL("/jobs")}, {Loc: h.URL("/privacy")}}}
	for _, l := range h.Directory.Open(h.Now()) {
		m.URLs = append(m.URLs, sitemapURL{Loc: h.URL("/jobs/" + l.Job.Slug), LastMod: l.Job.UpdatedAt.UTC().Format(time.RFC3339)})
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(m); err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/xml; charset=utf-8", b.Bytes())
}
