package hr

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"kollega/handlers/views"
	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/models"
)

const (
	emptySkills = 3 // empty lines below the skills that stand
	skillHints  = 200
)

// jobInput is the form, as written.
type jobInput struct {
	Title          string   `form:"title"`
	Description    string   `form:"description"`
	Location       string   `form:"location"`
	Country        string   `form:"country"`
	EmploymentType string   `form:"employment_type"`
	Remote         bool     `form:"remote"`
	PayMin         string   `form:"pay_min"`
	PayMax         string   `form:"pay_max"`
	PayCurrency    string   `form:"pay_currency"`
	PayPeriod      string   `form:"pay_period"`
	Deadline       string   `form:"deadline"`
	ApplyURL       string   `form:"apply_url"`
	LeaderID       string   `form:"leader_id"`
	Skills         []string `form:"skill"`
	Needs          []string `form:"need"`
	More           string   `form:"more"`     // asks for more lines instead of saving
	Question       string   `form:"question"` // that the job is written from
}

// option is a choice of a select.
type option struct{ Value, Label string }

type skillLine struct{ Name, Need string }

type jobFormView struct {
	ID         string // empty for a new job
	In         jobInput
	SkillLines []skillLine
	SkillNames []string
	Countries  []option
	Types      []option
	Periods    []option
	Currencies []string
	Leaders    []option
}

// NewJob shows the empty form.
func (h *Handlers) NewJob(c echo.Context) error {
	in := jobInput{Country: "NO", EmploymentType: "FULL_TIME", PayCurrency: "NOK", PayPeriod: "YEAR"}
	if err := h.fromQuestion(c, &in); err != nil {
		return err
	}
	return h.jobForm(c, http.StatusOK, "", in, nil)
}

// CreateJob makes a draft of what was written.
func (h *Handlers) CreateJob(c echo.Context) error {
	var form jobInput
	if err := c.Bind(&form); err != nil {
		return err
	}
	if form.More != "" {
		return h.jobForm(c, http.StatusOK, "", form, nil)
	}
	in, bad := form.parse()
	if len(bad) > 0 {
		return h.jobForm(c, 0, "", form, bad)
	}
	job, err := h.createJob(c, form, in)
	if err != nil {
		return h.jobForm(c, 0, "", form, err)
	}
	h.Flash(c, "success", h.Printer(c).T("job.created"))
	return c.Redirect(http.StatusSeeOther, "/hr/jobs/"+job.ID.String())
}

// EditJob shows the form with what stands.
func (h *Handlers) EditJob(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	job, err := h.DB.Job(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return h.jobForm(c, http.StatusOK, id.String(), written(job), nil)
}

// UpdateJob saves what was written.
func (h *Handlers) UpdateJob(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	var form jobInput
	if err := c.Bind(&form); err != nil {
		return err
	}
	if form.More != "" {
		return h.jobForm(c, http.StatusOK, id.String(), form, nil)
	}
	in, bad := form.parse()
	if len(bad) > 0 {
		return h.jobForm(c, 0, id.String(), form, bad)
	}
	if _, err := h.DB.UpdateJob(c.Request().Context(), id, in); err != nil {
		return h.jobForm(c, 0, id.String(), form, err)
	}
	h.Flash(c, "success", h.Printer(c).T("job.saved"))
	return c.Redirect(http.StatusSeeOther, "/hr/jobs/"+id.String())
}

// PreviewJob answers a description as candidates will see it.
func (h *Handlers) PreviewJob(c echo.Context) error {
	return c.HTML(http.StatusOK, string(views.Markdown(c.FormValue("description"))))
}

// jobForm shows the form with what was written; err, if any, says what was refused.
func (h *Handlers) jobForm(c echo.Context, code int, id string, in jobInput, err error) error {
	ctx, p := c.Request().Context(), h.Printer(c)
	names, qerr := h.DB.SkillNames(ctx, skillHints)
	if qerr != nil {
		return qerr
	}
	leaders, qerr := h.DB.JobLeaders(ctx)
	if qerr != nil {
		return qerr
	}
	v := jobFormView{ID: id, In: in, SkillNames: names, Countries: countries(h.Lang(c)), Currencies: []string{"NOK", "SEK", "DKK", "EUR", "GBP", "USD"}}
	v.Leaders = []option{{"", p.T("job.leader.none")}}
	for _, u := range leaders {
		v.Leaders = append(v.Leaders, option{u.ID.String(), u.Name})
	}
	v.Types = []option{{"", p.T("job.type.none")}}
	for _, t := range models.EmploymentTypes {
		v.Types = append(v.Types, option{t, p.T(typeKey(t))})
	}
	for _, t := range models.PayPeriods {
		v.Periods = append(v.Periods, option{t, p.T("job.period." + strings.ToLower(t))})
	}
	for i, name := range in.Skills {
		if strings.TrimSpace(name) != "" {
			v.SkillLines = append(v.SkillLines, skillLine{name, in.need(i)})
		}
	}
	for range emptySkills {
		v.SkillLines = append(v.SkillLines, skillLine{Need: "required"})
	}
	title := p.T("job.edit")
	if id == "" {
		title = p.T("job.new")
	}
	if err != nil {
		return h.RenderInvalid(c, err, "hr/job_form.html", title, v)
	}
	return h.RenderPage(c, code, "hr/job_form.html", h.Page(c, title, v))
}

func (in jobInput) need(line int) string {
	if line < len(in.Needs) {
		return in.Needs[line]
	}
	return ""
}

// parse reads what was written into what models understand, with what could not be read.
func (in jobInput) parse() (models.JobInput, models.ValidationErrors) {
	var bad models.ValidationErrors
	out := models.JobInput{
		Title: in.Title, Description: in.Description, Location: in.Location, Country: in.Country, EmploymentType: in.EmploymentType,
		Remote: in.Remote, PayCurrency: in.PayCurrency, PayPeriod: in.PayPeriod, ApplyURL: in.ApplyURL,
	}
	out.PayMin = amount("pay_min", in.PayMin, &bad)
	out.PayMax = amount("pay_max", in.PayMax, &bad)
	if in.Deadline != "" {
		day, err := time.Parse(time.DateOnly, in.Deadline)
		if err != nil {
			bad.Add("deadline", "error.date")
		}
		out.Deadline = &day
	}
	if in.LeaderID != "" {
		id, err := uuid.Parse(in.LeaderID)
		if err != nil {
			bad.Add("leader_id", "error.choose")
		}
		out.LeaderID = &id
	}
	for i, name := range in.Skills {
		out.Skills = append(out.Skills, models.SkillInput{Name: name, Need: in.need(i)})
	}
	return out, bad
}

// thousands are a number's groups, as Norwegians, Germans and Britons part them.
var thousands = regexp.MustCompile(`^\d{1,3}([.,]\d{3})+$`)

// amount reads a sum as people write it: 550000, 550 000, 550.000, 285,50.
func amount(field, s string, bad *models.ValidationErrors) *float64 {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	if s == "" {
		return nil
	}
	switch {
	case thousands.MatchString(s):
		s = strings.NewReplacer(".", "", ",", "").Replace(s)
	case strings.Count(s, ",") == 1:
		s = strings.Replace(s, ",", ".", 1)
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		bad.Add(field, "job.pay.amount")
		return nil
	}
	return &n
}

// written is a job as the form shows it.
func written(j models.Job) jobInput {
	in := jobInput{
		Title: j.Title, Description: j.Description, Location: j.Location, Country: j.Country, EmploymentType: j.EmploymentType,
		Remote: j.Remote, PayCurrency: j.PayCurrency, PayPeriod: j.PayPeriod, ApplyURL: j.ApplyURL,
	}
	for text, sum := range map[*string]*float64{&in.PayMin: j.PayMin, &in.PayMax: j.PayMax} {
		if sum != nil {
			*text = strconv.FormatFloat(*sum, 'f', -1, 64)
		}
	}
	if in.PayCurrency == "" {
		in.PayCurrency, in.PayPeriod = "NOK", "YEAR"
	}
	if j.Deadline != nil {
		in.Deadline = j.Deadline.Format(time.DateOnly)
	}
	if j.LeaderID != nil {
		in.LeaderID = j.LeaderID.String()
	}
	for _, s := range j.Skills {
		in.Skills, in.Needs = append(in.Skills, s.Skill.Name), append(in.Needs, s.Need)
	}
	return in
}

// typeKey is the translation key of an employment type.
func typeKey(t string) string { return "job.type." + strings.ToLower(t) }

// countries are all countries by name in that language.
func countries(lang string) []option {
	namer := display.Regions(i18n.Naming(lang))
	options := []option{{"", "–"}}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			if models.IsCountry(code) {
				options = append(options, option{code, namer.Name(language.MustParseRegion(code))})
			}
		}
	}
	order := models.NameOrder(lang)
	slices.SortFunc(options[1:], func(x, y option) int { return order.CompareString(x.Label, y.Label) })
	return options
}
