package hr

import (
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// jobBase is where the jobs are whose boards the asked page belongs to.
func jobBase(c echo.Context) string {
	if strings.HasPrefix(c.Path(), "/leader") {
		return "/leader/jobs"
	}
	return "/hr/jobs"
}

// boardAddress is a job's board, for whoever asks.
func boardAddress(c echo.Context, job uuid.UUID) string {
	return jobBase(c) + "/" + job.String() + "/board"
}

type boardInput struct {
	User   string   `query:"user"` // who is credited
	From   string   `query:"from"`
	To     string   `query:"to"`
	Stage  string   `query:"stage"` // of the list that one came from, or that has its own page
	Open   []string `query:"open"`  // ends whose cards are shown
	Moved  string   `query:"moved"` // the application that was moved just now
	Cursor string   `query:"cursor"`
}

type boardBody struct {
	boardInput
	Job        models.Job
	At         string // the board's address
	Query      string // what it is narrowed to, for addresses: "?…" or empty
	Base, List string
	ListHref   string // the same applications as a list
	Credited   string
	Columns    []columnView
	Ends       []columnView
	Count      int
	Late       int
	Undo       *movedView // right after a move
	Bulk       bulkBar
	Back       string // the job's page; empty where whoever asks has none
}

// columnView is a column with the addresses of its parts.
type columnView struct {
	models.BoardColumn
	At     string // its own page
	More   string // the page that follows, empty on the last
	Open   bool
	Toggle string // the board with this end open, or closed
	Close  bool   // it is an end that is open
	Cards  []cardView
}

// cardView is a card and where it leads.
type cardView struct {
	models.Card
	Href   string
	Back   string // the address that a form without a script comes back to
	Stages models.Words
}

// movedView is the application that was moved just now.
type movedView struct {
	models.Application
	At       string
	UndoTo   string // the stage that it can be taken back to
	Tellable bool   // there is a letter about the step, which nobody has sent
}

// Board is a job's applications in columns by stage.
func (h *Handlers) Board(c echo.Context) error {
	b, err := h.board(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/board.html", h.Printer(c).T("board.title", "Job", b.Job.Title), b)
}

// board reads what every page of a board has: the job, the filter, the columns.
func (h *Handlers) board(c echo.Context) (boardBody, error) {
	b, filter, err := h.boardHead(c)
	if err != nil {
		return b, err
	}
	ctx, by := c.Request().Context(), *web.User(c)
	open := slices.Clone(models.UndecidedStages)
	for _, s := range append(b.Open, b.Stage) {
		if models.Stages.Has(s) && !slices.Contains(open, s) {
			open = append(open, s)
		}
	}
	columns, err := h.DB.Board(ctx, by, filter, open)
	if err != nil {
		return b, err
	}
	for _, column := range columns {
		v := h.column(c, b, column)
		v.Open = slices.Contains(open, column.Stage)
		b.Count, b.Late = b.Count+column.Count, b.Late+column.Late
		if models.UndecidedStages.Has(column.Stage) {
			b.Columns = append(b.Columns, v)
		} else {
			v.Close = v.Open
			b.Ends = append(b.Ends, v)
		}
	}
	shown := 0
	for _, column := range columns {
		shown += len(column.Cards)
	}
	if err := h.SawMany(c, models.OfApplication, shown); err != nil {
		return b, err
	}
	b.Bulk, err = h.bulkBar(c, b.Job, b.here())
	if err == nil {
		b.Undo, err = h.movedNow(c, b.Moved)
	}
	return b, err
}

// boardHead is the job and the filter of a board.
func (h *Handlers) boardHead(c echo.Context) (b boardBody, f models.ApplicationFilter, err error) {
	if err := c.Bind(&b.boardInput); err != nil {
		return b, f, err
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return b, f, err
	}
	ctx, by := c.Request().Context(), *web.User(c)
	if err := h.DB.LeadsJob(ctx, by, id); err != nil {
		return b, f, err
	}
	if b.Job, err = h.DB.Job(ctx, id); err != nil {
		return b, f, err
	}
	if f, err = (applicationsInput{User: b.User, From: b.From, To: b.To}).filter(); err != nil {
		return b, f, err
	}
	f.JobID = &id
	if f.CreditedID != nil {
		u, err := h.DB.User(ctx, *f.CreditedID)
		if err != nil {
			return b, f, err
		}
		h.former(c, &u)
		b.Credited = u.Name
	}
	b.At, b.Base = boardAddress(c, id), base(c)
	b.List = listAddress(b.Base)
	if b.Base == allApplications {
		b.Back = "/hr/jobs/" + id.String()
	}
	kept := b.kept()
	b.Query = address("", kept)
	kept.Set("job", id.String())
	if b.Stage != "" {
		kept.Set("stage", b.Stage)
	}
	b.ListHref = address(b.List, kept)
	return b, f, nil
}

// kept is what the board is narrowed to.
func (b *boardBody) kept() url.Values {
	kept := url.Values{}
	for name, value := range map[string]string{"user": b.User, "from": b.From, "to": b.To} {
		if value != "" {
			kept.Set(name, value)
		}
	}
	return kept
}

// here is the board as it is shown, with the ends that are open.
func (b *boardBody) here() string {
	kept := b.kept()
	for _, s := range b.Open {
		kept.Add("open", s)
	}
	return address(b.At, kept)
}

func (h *Handlers) column(c echo.Context, b boardBody, column models.BoardColumn) columnView {
	v := columnView{BoardColumn: column, At: b.At + "/" + column.Stage + b.Query}
	if column.Next != "" {
		kept := b.kept()
		kept.Set("cursor", column.Next)
		v.More = address(b.At+"/"+column.Stage, kept)
	}
	kept := b.kept()
	for _, s := range models.Stages {
		if slices.Contains(b.Open, s) != (s == column.Stage) {
			kept.Add("open", s)
		}
	}
	v.Toggle = address(b.At, kept) + "#stage-" + column.Stage
	for _, card := range column.Cards {
		h.formerCredits(c, card.Application)
		v.Cards = append(v.Cards, h.card(c, card, b.here()))
	}
	return v
}

func (h *Handlers) card(c echo.Context, card models.Card, back string) cardView {
	return cardView{Card: card, Href: base(c) + "/" + card.ID.String(), Back: back, Stages: models.Stages}
}

// BoardColumn is one stage of a board: a page of its own, and for the board's script the cards that follow.
func (h *Handlers) BoardColumn(c echo.Context) error {
	b, f, err := h.boardHead(c)
	if err != nil {
		return err
	}
	f.Stage, f.Cursor = c.Param("stage"), b.Cursor
	if !models.Stages.Has(f.Stage) {
		return models.ErrNotFound
	}
	column, err := h.DB.Column(c.Request().Context(), *web.User(c), f)
	if err != nil {
		return err
	}
	if err := h.SawMany(c, models.OfApplication, len(column.Cards)); err != nil {
		return err
	}
	b.Stage = f.Stage
	v := h.column(c, b, column)
	v.Open = true
	for i := range v.Cards { // without a script, one comes back here
		v.Cards[i].Back = v.At
	}
	if c.Request().Header.Get("HX-Request") != "" {
		return h.fragment(c, "hr/board_column.html", "boardcards", v)
	}
	b.Columns, b.Count = []columnView{v}, column.Count
	if b.Bulk, err = h.bulkBar(c, b.Job, v.At); err != nil {
		return err
	}
	if b.Undo, err = h.movedNow(c, b.Moved); err != nil {
		return err
	}
	p := h.Printer(c)
	return h.Render(c, "hr/board_column.html", p.T("board.column", "Job", b.Job.Title, "Stage", p.T("stage."+f.Stage)), b)
}

// movedNow is the application that the address says was moved, where there is something to do about that.
func (h *Handlers) movedNow(c echo.Context, asked string) (*movedView, error) {
	id, err := uuid.Parse(asked)
	if err != nil {
		return nil, nil //nolint:nilnil,nilerr // nothing was moved
	}
	ctx, by := c.Request().Context(), *web.User(c)
	app, err := h.DB.Application(ctx, by, id)
	if err != nil {
		return nil, err
	}
	last, err := h.DB.Undoable(ctx, by, app)
	if err != nil || last == nil {
		return nil, err
	}
	told, err := h.DB.Told(ctx, app)
	return &movedView{Application: app, At: base(c) + "/" + id.String(), UndoTo: last.FromStage, Tellable: !told}, err
}
