package models

import (
	"context"
	"fmt"

	"github.com/google/uuid"
)

// ErrorWithdrawn is the code of a clip whose consent was withdrawn.
const ErrorWithdrawn = "withdrawn"

// withdrawClip takes a clip off every page and address with this transaction: no row leads to a file any more, and the
// objects are deleted behind. The clip's own row stays, for its history; it never comes back.
func (db *DB) withdrawClip(ctx context.Context, id uuid.UUID) error {
	work, err := db.clipObjects(ctx, id)
	if err != nil {
		return err
	}
	for _, rows := range []any{&ClipFile{}, &Making{}, &Caption{}, &Transcription{}} {
		if err := db.q(ctx).Where("clip_id = ?", id).Delete(rows).Error; err != nil {
			return fmt.Errorf("withdraw clip %s: %w", id, err)
		}
	}
	err = changed(db.q(ctx).Model(&Clip{}).Where("id = ?", id).Updates(map[string]any{
		"status": ClipWithdrawn, "error_code": ErrorWithdrawn, "error_detail": "", "progress": 0, "heartbeat_at": nil, "published_at": nil,
		"filename": "", "upload_key": "", "upload_id": "", "updated_at": db.Now(),
	}))
	if err != nil {
		return fmt.Errorf("withdraw clip %s: %w", id, err)
	}
	return db.enqueue(ctx, work, nil)
}
