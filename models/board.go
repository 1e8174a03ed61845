package models

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// ColumnPage is how many cards of a column are shown at once.
const ColumnPage = 25

// BoardColumn is the applications of a job that are in one stage.
type BoardColumn struct {
	Stage string
	Count int
	Late  int // of them, whose candidates have waited longer than they were promised
	Cards []Card
	Next  string // cursor of the cards after, empty where these are all
}

// Card is an application as a board shows it.
type Card struct {
	Application
	Notes          int
	Seen, Required int // required skills that are marked as seen, of how many
	Late           bool
}

// Board are the columns of a job's board in the order of the stages, the newest applications first; only the stages of open have
// cards. ErrNotFound where by may not see the applications for the job.
func (db *DB) Board(ctx context.Context, by User, f ApplicationFilter, open []string) ([]BoardColumn, error) {
	if err := db.LeadsJob(ctx, by, *f.JobID); err != nil {
		return nil, err
	}
	columns, err := db.boardCounts(ctx, by, f)
	if err != nil {
		return nil, err
	}
	apps, err := db.boardTops(ctx, by, f, open)
	if err != nil {
		return nil, err
	}
	cards, err := db.cards(ctx, *f.JobID, apps)
	if err != nil {
		return nil, err
	}
	for i := range columns {
		c := &columns[i]
		for _, card := range cards {
			if card.Stage == c.Stage {
				c.Cards = append(c.Cards, card)
			}
		}
		c.cut()
	}
	return columns, nil
}

// cut keeps to a page of cards, of which there is one too many where others follow.
func (c *BoardColumn) cut() {
	if len(c.Cards) > ColumnPage {
		c.Cards = c.Cards[:ColumnPage]
		last := c.Cards[ColumnPage-1]
		c.Next = timeCursor(last.SubmittedAt, last.ID)
	}
}

// Column is one stage of a job's board, from f.Cursor on.
func (db *DB) Column(ctx context.Context, by User, f ApplicationFilter) (BoardColumn, error) {
	var c BoardColumn
	if err := db.LeadsJob(ctx, by, *f.JobID); err != nil {
		return c, err
	}
	counts, err := db.boardCounts(ctx, by, f)
	if err != nil {
		return c, err
	}
	for _, n := range counts {
		if n.Stage == f.Stage {
			c = n
		}
	}
	f.Limit = ColumnPage
	apps, next, err := db.Applications(ctx, by, f)
	if err != nil {
		return c, err
	}
	c.Next = next
	c.Cards, err = db.cards(ctx, *f.JobID, apps)
	return c, err
}

// BoardCard is one application as a board shows it; ErrNotFound where by may not see it.
func (db *DB) BoardCard(ctx context.Context, by User, id uuid.UUID) (Card, error) {
	app, err := db.Application(ctx, by, id)
	if err != nil {
		return Card{}, err
	}
	cards, err := db.cards(ctx, app.JobID, []Application{app})
	if err != nil {
		return Card{}, err
	}
	return cards[0], nil
}

// BoardCounts are the columns without cards.
func (db *DB) BoardCounts(ctx context.Context, by User, f ApplicationFilter) ([]BoardColumn, error) {
	if err := db.LeadsJob(ctx, by, *f.JobID); err != nil {
		return nil, err
	}
	return db.boardCounts(ctx, by, f)
}

func (db *DB) boardCounts(ctx context.Context, by User, f ApplicationFilter) ([]BoardColumn, error) {
	rules, err := db.CandidateRules(ctx)
	if err != nil {
		return nil, err
	}
	f.Stage = ""
	counts := map[string]int{}
	late := map[string]int{}
	for _, c := range []struct {
		into map[string]int
		of   func(*gorm.DB) *gorm.DB
	}{{counts, func(q *gorm.DB) *gorm.DB { return q }}, {late, func(q *gorm.DB) *gorm.DB { return rules.overdue(q, db.Now()) }}} {
		var rows []struct {
			Stage string
			N     int
		}
		q := f.narrow(db.seenApplications(db.q(ctx).Model(&Application{}), by))
		if err := c.of(q).Select("stage, count(*) as n").Group("stage").Scan(&rows).Error; err != nil {
			return nil, mapped(err)
		}
		for _, r := range rows {
			c.into[r.Stage] = r.N
		}
	}
	var columns []BoardColumn
	for _, s := range Stages {
		columns = append(columns, BoardColumn{Stage: s, Count: counts[s], Late: late[s]})
	}
	return columns, nil
}

// boardTops are the newest applications of each of these stages, one more than a page each, so that one can tell whether others follow.
func (db *DB) boardTops(ctx context.Context, by User, f ApplicationFilter, stages []string) ([]Application, error) {
	f.Stage = ""
	of := f.narrow(db.seenApplications(db.q(ctx).Model(&Application{}).Select("applications.id"), by)).
		Where("applications.stage = s.stage").Order("applications.submitted_at desc, applications.id desc").Limit(ColumnPage + 1)
	var ids []uuid.UUID
	err := db.q(ctx).Raw(`select top.id from unnest(string_to_array(?, ',')) as s (stage) cross join lateral (?) top`, strings.Join(stages, ","), of).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return nil, mapped(err)
	}
	var apps []Application
	err = db.q(ctx).Preload("Candidate").Preload("Job").Preload("Link").Preload("Credits", holding).Preload("Credits.User").
		Where("applications.id in ?", ids).Order("applications.submitted_at desc, applications.id desc").Find(&apps).Error
	return apps, mapped(err)
}

// cards adds to applications for one job what a board shows of them.
func (db *DB) cards(ctx context.Context, jobID uuid.UUID, apps []Application) ([]Card, error) {
	if len(apps) == 0 {
		return nil, nil
	}
	rules, err := db.CandidateRules(ctx)
	if err != nil {
		return nil, err
	}
	required, err := db.required(ctx, jobID)
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, len(apps))
	for i, a := range apps {
		ids[i] = a.ID
	}
	var rows []struct {
		ID          uuid.UUID
		Notes, Seen int
	}
	err = db.q(ctx).Raw(`select a.id,
			(select count(*) from notes n where n.application_id = a.id and n.deleted_at is null) as notes,
			(select count(*) from standing_skill_marks m join job_skills s on s.skill_id = m.skill_id and s.job_id = a.job_id and s.need = 'required'
			 where m.application_id = a.id and m.mark = 'seen') as seen
		from applications a where a.id in ?`, ids).Scan(&rows).Error
	if err != nil {
		return nil, mapped(err)
	}
	cards := make([]Card, len(apps))
	for i, a := range apps {
		cards[i] = Card{Application: a, Required: len(required), Late: rules.Overdue(a, db.Now())}
		for _, r := range rows {
			if r.ID == a.ID {
				cards[i].Notes, cards[i].Seen = r.Notes, r.Seen
			}
		}
	}
	return cards, nil
}
