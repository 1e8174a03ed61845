package public

import (
	"fmt"
	"time"

	"kollega/handlers/views"
	"kollega/handlers/web"
	"kollega/models"
)

// thing is an object of schema.org.
type thing map[string]any

// posting describes an open job to search engines: https://schema.org/JobPosting with its clip as a VideoObject.
func (h *Handlers) posting(l models.Landing, page web.Page) any {
	j := l.Job
	house := thing{"@type": "Organization", "name": page.Org.Name, "sameAs": h.BaseURL.String()}
	if page.Org.LogoURL != "" {
		house["logo"] = h.URL(page.Org.LogoURL)
	}
	p := thing{
		"@type": "JobPosting", "title": j.Title, "description": string(views.Markdown(j.Description)), "url": page.Canonical,
		"identifier": thing{"@type": "PropertyValue", "name": page.Org.Name, "value": j.ID.String()},
		"datePosted": posted(j).Format(time.DateOnly), "hiringOrganization": house, "directApply": j.ApplyURL == "",
	}
	if j.EmploymentType != "" {
		p["employmentType"] = j.EmploymentType
	}
	if j.Deadline != nil { // the last day is open to its end
		p["validThrough"] = j.Deadline.AddDate(0, 0, 1).Add(-time.Second).UTC().Format(time.RFC3339)
	}
	place(p, j)
	if pay := salary(j); pay != nil {
		p["baseSalary"] = pay
	}
	graph := []thing{p}
	if clip, ok := l.Clip(); ok {
		graph = append(graph, h.video(clip, page.Description))
	}
	return thing{"@context": "https://schema.org", "@graph": graph}
}

func posted(j models.Job) time.Time {
	if j.PublishedAt != nil {
		return j.PublishedAt.UTC()
	}
	return j.CreatedAt.UTC()
}

func place(p thing, j models.Job) {
	if j.Location != "" || j.Country != "" {
		address := thing{"@type": "PostalAddress"}
		if j.Location != "" {
			address["addressLocality"] = j.Location
		}
		if j.Country != "" {
			address["addressCountry"] = j.Country
		}
		p["jobLocation"] = thing{"@type": "Place", "address": address}
	}
	if j.Remote {
		p["jobLocationType"] = "TELECOMMUTE"
		if j.Country != "" {
			p["applicantLocationRequirements"] = thing{"@type": "Country", "name": j.Country}
		}
	}
}

// salary is nil where no pay is named.
func salary(j models.Job) thing {
	value := thing{"@type": "QuantitativeValue", "unitText": j.PayPeriod}
	switch {
	case j.PayMin == nil && j.PayMax == nil:
		return nil
	case j.PayMin != nil && j.PayMax != nil && *j.PayMin == *j.PayMax:
		value["value"] = *j.PayMin
	default:
		if j.PayMin != nil {
			value["minValue"] = *j.PayMin
		}
		if j.PayMax != nil {
			value["maxValue"] = *j.PayMax
		}
	}
	return thing{"@type": "MonetaryAmount", "currency": j.PayCurrency, "value": value}
}

func (h *Handlers) video(clip models.Clip, description string) thing {
	v := thing{
		"@type": "VideoObject", "name": clip.Title, "description": description, "inLanguage": clip.Language,
		"uploadDate": clip.CreatedAt.UTC().Format(time.RFC3339), "duration": fmt.Sprintf("PT%dS", int(clip.Duration+0.5)),
	}
	if clip.PublishedAt != nil {
		v["uploadDate"] = clip.PublishedAt.UTC().Format(time.RFC3339)
	}
	if file := web.ClipMedia(clip, "video"); file != "" {
		v["contentUrl"] = h.URL(file)
	}
	if still := web.ClipMedia(clip, "poster"); still != "" {
		v["thumbnailUrl"] = []string{h.URL(still)}
	}
	return v
}
