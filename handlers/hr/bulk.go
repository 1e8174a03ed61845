package hr

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// bulkPatience is how long a change of several waits for Postgres to come back before its page says that it is away.
const bulkPatience = 12 * time.Second

// bulkBar is what can be done with the applications that are chosen on a board or in a list.
type bulkBar struct {
	At      string // where it is confirmed
	Back    string
	Options []optionGroup
	Max     int
}

// optionGroup are choices under one heading.
type optionGroup struct {
	Label   string
	Options []option
}

func (h *Handlers) bulkBar(c echo.Context, job models.Job, back string) (bulkBar, error) {
	p := h.Printer(c)
	bar := bulkBar{At: jobBase(c) + "/" + job.ID.String() + "/bulk", Back: back, Max: models.MaxBulk}
	moves := optionGroup{Label: p.T("bulk.move")}
	for _, s := range models.Stages {
		moves.Options = append(moves.Options, option{"to:" + s, p.T("bulk.to." + s)})
	}
	bar.Options = append(bar.Options, moves)
	skills, err := h.DB.MarkableSkills(c.Request().Context(), job.ID)
	if len(skills) == 0 {
		return bar, err
	}
	marks := optionGroup{Label: p.T("bulk.mark")}
	for _, s := range skills {
		for _, m := range models.SkillMarkings {
			marks.Options = append(marks.Options, option{"mark:" + m + ":" + s.ID.String(), p.T("bulk.mark."+m, "Skill", s.Name)})
		}
	}
	bar.Options = append(bar.Options, marks)
	return bar, err
}

type bulkInput struct {
	ID     string   `form:"id"` // of the change, made with the page that asks
	Do     string   `form:"do"` // to:stage, or mark:marking:skill
	Chosen []string `form:"application"`
	Tell   bool     `form:"tell"`
	Words  string   `form:"words"`
	Back   string   `form:"back"`
}

// input is what the form asks for.
func (in bulkInput) input(job uuid.UUID) models.BulkInput {
	out := models.BulkInput{JobID: job, Tell: in.Tell, Words: in.Words}
	out.ID, _ = uuid.Parse(in.ID)
	what, rest, _ := strings.Cut(in.Do, ":")
	switch what {
	case "to":
		out.To = rest
	case "mark":
		var skill string
		out.Mark, skill, _ = strings.Cut(rest, ":")
		out.SkillID, _ = uuid.Parse(skill)
	}
	for _, chosen := range in.Chosen { // an id and the stage it was seen in
		id, from, _ := strings.Cut(chosen, ":")
		if parsed, err := uuid.Parse(id); err == nil && !slices.ContainsFunc(out.Chosen, func(c models.Chosen) bool { return c.ID == parsed }) {
			out.Chosen = append(out.Chosen, models.Chosen{ID: parsed, From: from})
		}
	}
	return out
}

type bulkBody struct {
	bulkInput
	Job      models.Job
	At       string
	Rows     []bulkRow
	What     string // what is about to be done, in words
	Letter   bool   // there is a letter about it
	Preview  letterView
	MaxWords int
	Options  []optionGroup
	Away     bool // Postgres was away just now
}

type bulkRow struct {
	models.Application
	Value string
	Moved bool // since it was chosen
}

// Bulk shows whom a change of several is about and what they will be mailed, before it is done.
func (h *Handlers) Bulk(c echo.Context) error {
	body, in, err := h.bulkBody(c)
	if err != nil {
		return err
	}
	title := h.Printer(c).T("bulk.title")
	switch {
	case len(in.Chosen) == 0:
		return h.RenderInvalid(c, models.Invalid("application", "bulk.error.nobody"), "hr/bulk.html", title, body)
	case len(in.Chosen) > models.MaxBulk:
		return h.RenderInvalid(c, models.Invalid("application", "bulk.error.many", "Max", models.MaxBulk), "hr/bulk.html", title, body)
	case body.What == "":
		return h.RenderInvalid(c, models.Invalid("do", "error.choose"), "hr/bulk.html", title, body)
	}
	return h.Render(c, "hr/bulk.html", title, body)
}

func (h *Handlers) bulkBody(c echo.Context) (b bulkBody, in models.BulkInput, err error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return b, in, err
	}
	if err := c.Bind(&b.bulkInput); err != nil {
		return b, in, err
	}
	ctx, by := c.Request().Context(), *web.User(c)
	if err := h.DB.LeadsJob(ctx, by, id); err != nil {
		return b, in, err
	}
	if b.Job, err = h.DB.Job(ctx, id); err != nil {
		return b, in, err
	}
	if _, err := uuid.Parse(b.ID); err != nil {
		b.ID = models.NewID().String()
	}
	in = b.input(id)
	bar, err := h.bulkBar(c, b.Job, b.Back)
	if err != nil {
		return b, in, err
	}
	b.At, b.Options, b.MaxWords = bar.At, bar.Options, models.MaxWords
	b.Back = h.boardAfter(c, b.Back, models.Application{JobID: id}, false)
	for _, group := range bar.Options {
		for _, o := range group.Options {
			if o.Value == b.Do {
				b.What = o.Label
			}
		}
	}
	if len(in.Chosen) == 0 || len(in.Chosen) > models.MaxBulk {
		return b, in, nil
	}
	return b, in, h.bulkRows(c, &b, in)
}

// bulkRows reads whom the change is about, and the letter that they would get.
func (h *Handlers) bulkRows(c echo.Context, b *bulkBody, in models.BulkInput) error {
	apps, err := h.DB.ChosenApplications(c.Request().Context(), *web.User(c), in)
	if err != nil {
		return err
	}
	for _, a := range apps {
		at := slices.IndexFunc(in.Chosen, func(c models.Chosen) bool { return c.ID == a.ID })
		from := in.Chosen[at].From
		b.Rows = append(b.Rows, bulkRow{Application: a, Value: a.ID.String() + ":" + from, Moved: from != "" && from != a.Stage})
	}
	if err := h.SawMany(c, models.OfApplication, len(apps)); err != nil || len(apps) == 0 || in.To == "" {
		return err
	}
	first := apps[0]
	first.Stage = ""
	b.Preview, err = h.letterOf(c, first, in.To, in.Words)
	b.Letter = !b.Preview.Nothing
	return err
}

// DoBulk does it. Where Postgres goes away meanwhile it tries again with the same id, so that it is done once.
func (h *Handlers) DoBulk(c echo.Context) error {
	body, in, err := h.bulkBody(c)
	if err != nil {
		return err
	}
	err = h.insist(c.Request().Context(), func(ctx context.Context) error { return h.DB.ChangeSeveral(ctx, *web.User(c), in) })
	title := h.Printer(c).T("bulk.title")
	if models.Unavailable(err) {
		h.Log.ErrorContext(c.Request().Context(), "a change of several waits", "request_id", web.RequestID(c), "error", err.Error())
		body.Away = true
		c.Response().Header().Set("Retry-After", "10")
		return h.RenderPage(c, http.StatusServiceUnavailable, "hr/bulk.html", h.Page(c, title, body))
	}
	if err != nil {
		return h.RenderInvalid(c, err, "hr/bulk.html", title, body)
	}
	return c.Redirect(http.StatusSeeOther, bulkAddress(c, in.ID))
}

// insist does something that may be repeated until Postgres is there, but not for ever.
func (h *Handlers) insist(ctx context.Context, do func(context.Context) error) error {
	patience, stop := context.WithTimeout(ctx, bulkPatience)
	defer stop()
	for {
		err := do(ctx)
		if !models.Unavailable(err) {
			return err
		}
		select {
		case <-patience.Done():
			return err
		case <-time.After(300 * time.Millisecond):
		}
	}
}

// bulkAddress is where a change of several tells what it did.
func bulkAddress(c echo.Context, id uuid.UUID) string {
	return strings.TrimSuffix(jobBase(c), "/jobs") + "/bulk/" + id.String()
}

type bulkDoneBody struct {
	models.BulkChange
	Self, Board, Base string
	What              string
	Groups            []bulkGroup
	Undoable          bool
	Gone              bool // the letters have gone
	Told              int  // how many of them there are
}

// bulkGroup are those of whom the same became.
type bulkGroup struct {
	State string
	Items []models.BulkItem
}

// BulkDone tells what a change of several did, and to whom not.
func (h *Handlers) BulkDone(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	p, by := h.Printer(c), *web.User(c)
	b := bulkDoneBody{Base: base(c), Self: bulkAddress(c, id)}
	if b.BulkChange, err = h.DB.BulkChange(c.Request().Context(), by, id); err != nil {
		return err
	}
	if err := h.SawMany(c, models.OfApplication, len(b.Items)); err != nil {
		return err
	}
	b.Board, b.Undoable = boardAddress(c, b.JobID), b.BulkChange.Undoable(by, h.Now())
	if b.ToStage != nil {
		b.What = p.T("bulk.to." + *b.ToStage)
	} else {
		b.What = p.T("bulk.mark."+*b.Mark, "Skill", b.Skill.Name)
	}
	for _, state := range []string{models.BulkDone, models.BulkFirst, models.BulkStays, models.BulkSame, models.BulkUndone} {
		group := bulkGroup{State: state}
		for _, i := range b.Items {
			if i.State == state {
				group.Items = append(group.Items, i)
			}
		}
		if len(group.Items) > 0 {
			b.Groups = append(b.Groups, group)
		}
		if state == models.BulkDone {
			b.Told = len(group.Items)
		}
	}
	b.Gone = b.MailsAt != nil && !h.Now().Before(*b.MailsAt)
	return h.Render(c, "hr/bulk_done.html", p.T("bulk.done.title"), b)
}

// UndoBulk takes it back, as a whole.
func (h *Handlers) UndoBulk(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	err = h.insist(c.Request().Context(), func(ctx context.Context) error { return h.DB.UndoSeveral(ctx, *web.User(c), id) })
	return h.Done(c, err, "bulk.undone", bulkAddress(c, id))
}
