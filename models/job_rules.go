package models

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/currency"
	"golang.org/x/text/language"
)

// Limits of what is written about a job, in characters.
const (
	MaxTitle       = 150
	MaxDescription = 20_000
)

const (
	maxPlaceRunes = 150
	maxURL        = 2000
	maxPay        = 1e9
)

// JobInput is what HR writes about a job.
type JobInput struct {
	Title          string
	Description    string // Markdown
	Location       string
	Country        string // ISO 3166 alpha-2, or empty
	EmploymentType string // schema.org, or empty
	Remote         bool
	PayMin, PayMax *float64
	PayCurrency    string     // ISO 4217; needed with pay
	PayPeriod      string     // schema.org unitText; needed with pay
	Deadline       *time.Time // the last day
	ApplyURL       string     // https, or empty
	LeaderID       *uuid.UUID
	Skills         []SkillInput
}

// Input is the job as HR wrote it, to change some of it.
func (j Job) Input() JobInput {
	in := JobInput{
		Title: j.Title, Description: j.Description, Location: j.Location, Country: j.Country, EmploymentType: j.EmploymentType,
		Remote: j.Remote, PayMin: j.PayMin, PayMax: j.PayMax, PayCurrency: j.PayCurrency, PayPeriod: j.PayPeriod,
		Deadline: j.Deadline, ApplyURL: j.ApplyURL, LeaderID: j.LeaderID,
	}
	for _, s := range j.Skills {
		in.Skills = append(in.Skills, SkillInput{Name: s.Skill.Name, Need: s.Need})
	}
	return in
}

// clean trims in and refuses, field by field, what cannot stand even in a draft.
func (in *JobInput) clean() ValidationErrors {
	var bad ValidationErrors
	in.Title = strings.Join(strings.Fields(in.Title), " ")
	in.Description = strings.TrimSpace(strings.ReplaceAll(in.Description, "\r\n", "\n"))
	in.Location = strings.Join(strings.Fields(in.Location), " ")
	in.Country = strings.ToUpper(strings.TrimSpace(in.Country))
	in.PayCurrency = strings.ToUpper(strings.TrimSpace(in.PayCurrency))
	in.ApplyURL = strings.TrimSpace(in.ApplyURL)
	if in.Title == "" {
		bad.Add("title", "error.required")
	}
	for _, f := range []struct {
		name, text string
		most       int
	}{{"title", in.Title, MaxTitle}, {"description", in.Description, MaxDescription}, {"location", in.Location, maxPlaceRunes}} {
		switch {
		case strings.ContainsRune(f.text, 0) || !utf8.ValidString(f.text):
			bad.Add(f.name, "error.characters")
		case utf8.RuneCountInString(f.text) > f.most:
			bad.Add(f.name, "error.too_long", "Max", f.most)
		}
	}
	if in.Country != "" && !IsCountry(in.Country) {
		bad.Add("country", "error.choose")
	}
	if in.EmploymentType != "" && !EmploymentTypes.Has(in.EmploymentType) {
		bad.Add("employment_type", "error.choose")
	}
	in.cleanPay(&bad)
	if d := in.Deadline; d != nil {
		day := time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)
		in.Deadline = &day
		if d.Year() < 2000 || d.Year() > 9999 {
			bad.Add("deadline", "error.date")
		}
	}
	if in.ApplyURL != "" && !isHTTPS(in.ApplyURL) {
		bad.Add("apply_url", "job.apply_url.https")
	}
	in.Skills = cleanSkills(in.Skills, &bad)
	return bad
}

func (in *JobInput) cleanPay(bad *ValidationErrors) {
	if in.PayMin == nil && in.PayMax == nil { // a currency alone says nothing
		in.PayCurrency, in.PayPeriod = "", ""
		return
	}
	for name, amount := range map[string]*float64{"pay_min": in.PayMin, "pay_max": in.PayMax} {
		if amount != nil && !(*amount >= 0 && *amount <= maxPay) { // so that NaN is refused
			bad.Add(name, "job.pay.amount")
		}
	}
	if in.PayMin != nil && in.PayMax != nil && *in.PayMin > *in.PayMax {
		bad.Add("pay_max", "job.pay.order")
	}
	if _, err := currency.ParseISO(in.PayCurrency); err != nil || len(in.PayCurrency) != 3 {
		bad.Add("pay_currency", "job.pay.currency")
	}
	if !PayPeriods.Has(in.PayPeriod) {
		bad.Add("pay_period", "error.choose")
	}
}

// missing is what a candidate would ask for: without it a job is not published.
func (in *JobInput) missing(today time.Time) ValidationErrors {
	var bad ValidationErrors
	if in.Title == "" {
		bad.Add("title", "job.needs.title")
	}
	if in.Description == "" {
		bad.Add("description", "job.needs.description")
	}
	if in.Location == "" && !in.Remote {
		bad.Add("location", "job.needs.place")
	}
	if in.Deadline != nil && in.Deadline.Before(today) {
		bad.Add("deadline", "job.needs.deadline")
	}
	return bad
}

// IsCountry tells whether code is a country in ISO 3166 alpha-2.
func IsCountry(code string) bool {
	if len(code) != 2 {
		return false
	}
	r, err := language.ParseRegion(code)
	return err == nil && r.IsCountry() && r.Canonicalize() == r && r.String() == code
}

func isHTTPS(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil && len(address) <= maxURL
}

// today is the day in UTC, as deadlines are compared.
func (db *DB) today() time.Time { return db.Now().UTC().Truncate(24 * time.Hour) }
