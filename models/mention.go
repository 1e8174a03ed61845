package models

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Mention is a colleague who is named in a note: they are told once, and shown it on their first page until they have seen it.
type Mention struct {
	NoteID   uuid.UUID `gorm:"primaryKey"`
	UserID   uuid.UUID `gorm:"primaryKey"`
	At       time.Time
	MailedAt *time.Time
	SeenAt   *time.Time

	Note *Note `gorm:"foreignKey:NoteID"`
	User *User `gorm:"foreignKey:UserID"`
}

// maxMentions is how many mentions a page tells of at once.
const maxMentions = 20

// Mentionable are who may see the applications for a job, by name: HR, administrators and its leader. Nobody else is ever named.
func (db *DB) Mentionable(ctx context.Context, jobID uuid.UUID) ([]User, error) {
	var us []User
	err := db.q(ctx).Where(`deactivated_at is null and (role in ? or role = ? and id = (select leader_id from jobs where id = ?))`,
		[]string{RoleAdmin, RoleHR}, RoleLeader, jobID).Order(`name collate "nb-x-icu", id`).Find(&us).Error
	return us, mapped(err)
}

// named are those of people whom a text names: @ and the whole name, or the address. Of names that begin alike the longest counts.
func named(text string, people []User) []User {
	text = strings.ToLower(text)
	found := map[uuid.UUID]bool{}
	var before rune
	for i, r := range text {
		if r == '@' && !unicode.IsLetter(before) && !unicode.IsDigit(before) { // an address is no mention
			longest := 0
			var hits []User
			for _, u := range people {
				for _, key := range []string{strings.ToLower(u.Name), u.EmailKey} {
					if n := len(key); n >= longest && beginsWith(text[i+1:], key) {
						if n > longest {
							longest, hits = n, nil
						}
						hits = append(hits, u)
					}
				}
			}
			for _, u := range hits {
				found[u.ID] = true
			}
		}
		before = r
	}
	var out []User
	for _, u := range people {
		if found[u.ID] {
			out = append(out, u)
		}
	}
	return out
}

// beginsWith tells whether a text begins with the name as a whole.
func beginsWith(text, name string) bool {
	rest, ok := strings.CutPrefix(text, name)
	next, _ := utf8.DecodeRuneInString(rest)
	return ok && name != "" && (rest == "" || !unicode.IsLetter(next) && !unicode.IsDigit(next))
}

// mention makes a note's mentions those that its text has; who is new among them is mailed. Nobody mentions themself.
func (db *DB) mention(ctx context.Context, by User, app Application, n *Note) error {
	people, err := db.Mentionable(ctx, app.JobID)
	if err != nil {
		return err
	}
	n.Mentions = nil
	var ids []uuid.UUID
	for _, u := range named(n.Text, people) {
		if u.ID != by.ID {
			n.Mentions, ids = append(n.Mentions, Mention{NoteID: n.ID, UserID: u.ID, At: db.Now(), User: &u}), append(ids, u.ID)
		}
	}
	gone := db.q(ctx).Where("note_id = ?", n.ID)
	if len(ids) > 0 {
		gone = gone.Where("user_id not in ?", ids)
	}
	if err := gone.Delete(&Mention{}).Error; err != nil {
		return mapped(err)
	}
	for _, m := range n.Mentions {
		res := db.q(ctx).Omit(clause.Associations).Clauses(clause.OnConflict{DoNothing: true}).Create(&m)
		if res.Error != nil {
			return mapped(res.Error)
		}
		if res.RowsAffected == 0 { // told already
			continue
		}
		if err := db.Notify(ctx, Notice{UserID: m.UserID, Kind: NoticeNoteMention, About: n.ID, ActorID: by.ref()}); err != nil {
			return err
		}
	}
	return nil
}

// MentionsOf are the newest mentions of somebody that they have not seen, in notes about applications that they may see.
func (db *DB) MentionsOf(ctx context.Context, by User) ([]Mention, error) {
	var ms []Mention
	err := db.unseen(ctx, by).Preload("Note.User").Preload("Note.Application.Candidate").Preload("Note.Application.Job").
		Order("mentions.at desc, mentions.note_id").Limit(maxMentions).Find(&ms).Error
	return ms, mapped(err)
}

// unseen are the mentions of somebody that they have not seen.
func (db *DB) unseen(ctx context.Context, by User) *gorm.DB {
	seen := db.seenApplications(db.q(ctx).Model(&Application{}).Select("applications.id"), by)
	return db.q(ctx).Where("mentions.user_id = ? and mentions.seen_at is null and mentions.note_id in (select id from notes where deleted_at is null and application_id in (?))",
		by.ID, seen)
}

// SeeMentions notes that somebody has the notes about an application before them.
func (db *DB) SeeMentions(ctx context.Context, by User, appID uuid.UUID) error {
	seen := db.q(ctx).Model(&Mention{}).Where("user_id = ? and seen_at is null and note_id in (select id from notes where application_id = ?)", by.ID, appID).
		Update("seen_at", db.Now())
	if seen.Error != nil || seen.RowsAffected == 0 {
		return mapped(seen.Error)
	}
	return mapped(db.q(ctx).Model(&Notice{}).Where("user_id = ? and kind = ? and read_at is null and about in (select id from notes where application_id = ?)",
		by.ID, NoticeNoteMention, appID).Updates(read(db.Now())).Error)
}

// MentionToMail is a mention that its colleague is still to be mailed about; ErrNotFound where that was done, or they have seen it, or may
// not see it any more.
func (db *DB) MentionToMail(ctx context.Context, to User, noteID uuid.UUID) (Mention, error) {
	var m Mention
	err := db.unseen(ctx, to).Preload("Note.User").Preload("Note.Application.Job").Where("mentions.note_id = ? and mentions.mailed_at is null", noteID).Take(&m).Error
	return m, mapped(err)
}

// MentionMailed notes that the mail about a mention has gone.
func (db *DB) MentionMailed(ctx context.Context, to, noteID uuid.UUID) error {
	return mapped(db.q(ctx).Model(&Mention{}).Where("note_id = ? and user_id = ?", noteID, to).Update("mailed_at", db.Now()).Error)
}

// LooksLikeMention tells whether a text has an @ that begins a word, as whoever writes it may mean a colleague.
func LooksLikeMention(text string) bool {
	var before rune
	for i, r := range text {
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		if r == '@' && !unicode.IsLetter(before) && !unicode.IsDigit(before) && unicode.IsLetter(next) {
			return true
		}
		before = r
	}
	return false
}
