package models

import (
	"context"

	"github.com/google/uuid"
)

// noticePage is how many notices a page shows.
const noticePage = 30

// Notices are somebody's notices that they may see now, the newest first; next is the cursor of the page after, empty on the last.
func (db *DB) Notices(ctx context.Context, by User, cursor string) (ns []Notice, next string, err error) {
	for {
		q, err := db.newestNotices(ctx, by.ID, cursor)
		if err != nil {
			return nil, "", err
		}
		var found []Notice
		if err := q.Preload("Actor").Preload("Job").Limit(noticePage + 1).Find(&found).Error; err != nil {
			return nil, "", mapped(err)
		}
		cursor = ""
		if len(found) > noticePage {
			found = found[:noticePage]
			cursor = timeCursor(found[noticePage-1].At, found[noticePage-1].ID)
		}
		seen, err := db.tellAll(ctx, by, found)
		if err != nil {
			return nil, "", err
		}
		if err := db.passOver(ctx, found, seen); err != nil {
			return nil, "", err
		}
		if len(seen) > 0 || cursor == "" { // a page of nothing but what by may not see any more is no page
			return seen, cursor, nil
		}
	}
}

// passOver takes what somebody may not see any more from what they have not looked at: they could not.
func (db *DB) passOver(ctx context.Context, found, seen []Notice) error {
	may := map[uuid.UUID]bool{}
	for _, n := range seen {
		may[n.ID] = true
	}
	var gone []uuid.UUID
	for _, n := range found {
		if n.Unread() && !may[n.ID] {
			gone = append(gone, n.ID)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return mapped(db.q(ctx).Model(&Notice{}).Where("id in ? and read_at is null", gone).Updates(read(db.Now())).Error)
}

// OpenNotice notes that somebody follows one of their notices, and is what it says; ErrNotFound where it is not theirs, or they may not see
// what it is about any more.
func (db *DB) OpenNotice(ctx context.Context, by User, id uuid.UUID) (Notice, error) {
	n, err := db.ReadNotice(ctx, by, id)
	if err != nil {
		return n, err
	}
	seen, err := db.tellAll(ctx, by, []Notice{n})
	if err == nil && len(seen) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return n, err
	}
	return seen[0], nil
}

// ReadNotice notes that somebody has looked at one of their notices.
func (db *DB) ReadNotice(ctx context.Context, by User, id uuid.UUID) (Notice, error) {
	var n Notice
	if err := db.q(ctx).Preload("Actor").Preload("Job").Where("id = ? and user_id = ?", id, by.ID).Take(&n).Error; err != nil {
		return n, mapped(err)
	}
	if !n.Unread() {
		return n, nil
	}
	return n, mapped(db.q(ctx).Model(&Notice{}).Where("id = ? and read_at is null", id).Updates(read(db.Now())).Error)
}
