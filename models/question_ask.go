package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// maxOpenQuestions is how many questions of one person may be open: who is asked too often stops answering.
const maxOpenQuestions = 20

// QuestionInput is what is asked, and whom.
type QuestionInput struct {
	Title     string
	Words     string
	SkillID   *uuid.UUID
	JobID     *uuid.UUID // an open job; nil for one that may not be written yet
	Everybody bool
	Teams     []uuid.UUID
	Groups    []uuid.UUID // see QuestionGroups
}

// Ask puts a question to colleagues, who are told. In a group it stands among the posts.
func (db *DB) Ask(ctx context.Context, by User, in QuestionInput) (Question, error) {
	if !by.Is(RoleLeader) {
		return Question{}, ErrForbidden
	}
	in.Title, in.Words = tidy(in.Title), cleanText(in.Words)
	groups, err := db.checkQuestion(ctx, by, in)
	if err != nil {
		return Question{}, err
	}
	q := Question{
		ID: NewID(), UserID: by.ID, Title: in.Title, Words: in.Words, SkillID: in.SkillID, JobID: in.JobID, Everybody: in.Everybody,
		CreatedAt: db.Now(), UpdatedAt: db.Now(),
	}
	if !in.Everybody {
		slices.SortFunc(in.Teams, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })
		for _, id := range slices.Compact(in.Teams) {
			q.Places = append(q.Places, QuestionPlace{QuestionID: q.ID, TeamID: &id})
		}
		for _, g := range groups {
			q.Places = append(q.Places, QuestionPlace{QuestionID: q.ID, GroupID: &g.ID})
		}
		q.Inside = len(in.Teams) == 0 && !slices.ContainsFunc(groups, func(g Group) bool { return g.Kind == GroupOpen })
	}
	return q, db.Tx(ctx, func(tx *DB) error {
		var open int64
		if err := tx.q(ctx).Model(&Question{}).Where("user_id = ? and closed_at is null", by.ID).Count(&open).Error; err != nil {
			return mapped(err)
		}
		if open >= maxOpenQuestions {
			return &ConflictError{Key: "question.conflict.many"}
		}
		if err := tx.q(ctx).Omit(clause.Associations).Create(&q).Error; err != nil {
			return fmt.Errorf("ask: %w", mapped(err))
		}
		if len(q.Places) > 0 {
			if err := tx.q(ctx).Omit(clause.Associations).Create(&q.Places).Error; err != nil {
				return fmt.Errorf("ask: %w", mapped(err))
			}
		}
		for _, g := range groups {
			p := Post{ID: NewID(), GroupID: g.ID, UserID: by.ref(), JobID: q.JobID, QuestionID: &q.ID, At: tx.Now()}
			if err := tx.q(ctx).Omit(clause.Associations).Create(&p).Error; err != nil {
				return fmt.Errorf("ask in a group: %w", mapped(err))
			}
			if g.Kind == GroupOpen {
				if err := tx.Announce(ctx, EventPost, p.ID, &g.ID); err != nil {
					return err
				}
			}
		}
		if err := tx.Audit(As(ctx, by), Deed{DidAdd, OfQuestion, q.ID, nil}); err != nil {
			return err
		}
		if q.Everybody { // what is put to some is not for a channel that others read
			if err := tx.Announce(ctx, EventQuestion, q.ID, nil); err != nil {
				return err
			}
		}
		return tx.tellAsked(ctx, q, NoticeQuestion, q.ID, &by.ID)
	})
}

// QuestionGroups are the groups that by may put a question to, by name: those they are in, and for HR the open ones.
func (db *DB) QuestionGroups(ctx context.Context, by User) ([]Group, error) {
	var gs []Group
	err := db.q(ctx).Where(`kind in ? and (kind = ? and ? or exists (select from group_members m where m.group_id = groups.id and m.user_id = ?))`,
		GroupKinds, GroupOpen, by.Is(RoleHR), by.ID).Order(`lower(name) collate "nb-x-icu", id`).Find(&gs).Error
	if err != nil {
		return nil, mapped(err)
	}
	return gs, db.fillGroups(ctx, by, pointers(gs))
}

// removedTitle stands where the title of a question was that HR had taken away.
const removedTitle = "–"

// takeQuestionAway ends the question that a post puts to its group, and leaves none of its words, in any group. Of any other post it is nothing.
func (db *DB) takeQuestionAway(ctx context.Context, postID uuid.UUID) error {
	var ids []uuid.UUID
	err := db.q(ctx).Model(&Post{}).Where("id = ? and question_id is not null", postID).Pluck("question_id", &ids).Error
	if err != nil || len(ids) == 0 {
		return mapped(err)
	}
	if err := db.endQuestion(ctx, ids[0]); err != nil {
		return err
	}
	return changed(db.q(ctx).Model(&Question{}).Where("id = ?", ids[0]).Updates(map[string]any{"title": removedTitle, "words": ""}))
}

// narrowQuestions notes which questions are put to closed groups alone now that a team is gone.
func (db *DB) narrowQuestions(ctx context.Context) error {
	return mapped(db.q(ctx).Exec(`update questions q set inside = true where not q.inside and not q.everybody
		and exists (select from question_places p where p.question_id = q.id)
		and not exists (select from question_places p left join groups g on g.id = p.group_id where p.question_id = q.id and (p.team_id is not null or g.kind = ?))`,
		GroupOpen).Error)
}

// announceQuestion says what is asked of everybody, as long as it is open.
func announceQuestion(ctx context.Context, db *DB, id uuid.UUID) (Announced, error) {
	var q Question
	err := db.q(ctx).Where("id = ? and everybody and closed_at is null", id).Take(&q).Error
	return Announced{Words: []any{"Title", q.Title}, Path: "/questions/" + q.ID.String()}, mapped(err)
}

// checkQuestion refuses what cannot be asked, and gives the groups that it is put to.
func (db *DB) checkQuestion(ctx context.Context, by User, in QuestionInput) (groups []Group, err error) {
	var bad ValidationErrors
	if in.Title == "" {
		bad.Add("title", "question.error.title")
	}
	bad.words("title", in.Title, MaxQuestionTitle)
	bad.words("words", in.Words, MaxQuestionWords)
	if in.JobID != nil {
		job, err := db.Job(ctx, *in.JobID)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return nil, err
		}
		if err != nil || !job.Open(db.Now()) {
			bad.Add("job", "question.error.job")
		}
	}
	if in.SkillID != nil {
		var n int64
		if err := db.q(ctx).Model(&Skill{}).Where("id = ?", *in.SkillID).Count(&n).Error; err != nil {
			return nil, mapped(err)
		}
		if n == 0 {
			bad.Add("skill", "error.choose")
		}
	}
	if !in.Everybody {
		var n int64
		if err := db.q(ctx).Model(&Team{}).Where("id in ?", append([]uuid.UUID{uuid.Nil}, in.Teams...)).Count(&n).Error; err != nil {
			return nil, mapped(err)
		}
		if groups, err = db.askedGroups(ctx, by, in.Groups); err != nil {
			return nil, err
		}
		if n == 0 && len(groups) == 0 {
			bad.Add("to", "question.error.to")
		}
	}
	return groups, bad.Err()
}

// askedGroups are those of the groups that by may put a question to.
func (db *DB) askedGroups(ctx context.Context, by User, ids []uuid.UUID) ([]Group, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	may, err := db.QuestionGroups(ctx, by)
	return slices.DeleteFunc(may, func(g Group) bool { return !slices.Contains(ids, g.ID) }), err
}

// CloseQuestion ends a question, or opens it again. Friends who were invited and have not said yes are forgotten with its end.
func (db *DB) CloseQuestion(ctx context.Context, by User, id uuid.UUID, closed bool) error {
	return db.Tx(ctx, func(tx *DB) error {
		q, err := tx.lockQuestion(ctx, by, id)
		switch {
		case err != nil:
			return err
		case !q.Keeper(by):
			return ErrForbidden
		case q.Open() != closed: // so already
			return nil
		}
		set := map[string]any{"closed_at": nil, "updated_at": tx.Now()}
		if closed {
			set["closed_at"] = tx.Now()
			if err := tx.endInvitations(ctx, id); err != nil {
				return err
			}
		}
		if err := changed(tx.q(ctx).Model(&Question{}).Where("id = ?", id).Updates(set)); err != nil {
			return err
		}
		if err := tx.tellFeeds(ctx, id); err != nil {
			return err
		}
		return tx.Audit(As(ctx, by), Deed{DidChange, OfQuestion, id, Facts{"open": !closed}})
	})
}

// tellAsked tells everybody whom a question was put to, but for whoever did it.
func (db *DB) tellAsked(ctx context.Context, q Question, kind string, about uuid.UUID, actor *uuid.UUID) error {
	people, err := db.askedPeople(ctx, q)
	if err != nil {
		return err
	}
	notices := make([]Notice, 0, len(people))
	for _, id := range people {
		if actor == nil || id != *actor {
			notices = append(notices, Notice{UserID: id, Kind: kind, About: about, ActorID: actor, JobID: q.JobID})
		}
	}
	return db.Notify(ctx, notices...)
}

// tellFeeds has open pages of the groups that a question stands in look at it again.
func (db *DB) tellFeeds(ctx context.Context, question uuid.UUID) error {
	return mapped(db.q(ctx).Exec(`insert into live_changes (kind, about) select case when g.kind = 'open' then 'open_group' else 'group' end, g.id
		from question_places p join groups g on g.id = p.group_id where p.question_id = ?`, question).Error)
}

// askedPeople are the colleagues whom a question was put to; of a group those who want to be told of what is in it.
func (db *DB) askedPeople(ctx context.Context, q Question) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	people := db.q(ctx).Model(&User{}).Where("deactivated_at is null")
	if !q.Everybody {
		people = people.Where(`(team_id in (select team_id from question_places where question_id = @q)
			or id in (select m.user_id from group_members m join question_places p on p.group_id = m.group_id where p.question_id = @q and not m.muted))`,
			map[string]any{"q": q.ID})
	}
	err := people.Order("id").Pluck("id", &ids).Error
	return ids, mapped(err)
}
