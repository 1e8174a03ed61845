package models

import (
	"context"

	"github.com/google/uuid"
)

// tellThanks says that somebody thanks by; the words are on the page alone.
func tellThanks(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	ids := make([]uuid.UUID, len(ns))
	for i, n := range ns {
		ids[i] = n.About
	}
	var all []Thanks
	if err := db.q(ctx).Select("id").Where("id in ? and to_id = ?", ids, by.ID).Find(&all).Error; err != nil {
		return nil, mapped(err)
	}
	told := map[uuid.UUID]Told{}
	for _, t := range all {
		told[t.ID] = Told{Path: "/thanks"}
	}
	return told, nil
}

// announceThanks says that thanks stand on the wall, as long as they do.
func announceThanks(ctx context.Context, db *DB, id uuid.UUID) (Announced, error) {
	var t Thanks
	err := db.q(ctx).Preload("From").Preload("To").Where("id = ? and state = ?", id, ThanksShown).Take(&t).Error
	if err != nil || t.By() == "" || !t.To.Active() {
		if err == nil {
			err = ErrNotFound
		}
		return Announced{}, mapped(err)
	}
	return Announced{Words: []any{"Name", t.By(), "To", t.To.Name}, Path: "/thanks"}, nil
}
