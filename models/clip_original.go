package models

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"
)

// originalsAtOnce is how many originals one sweep lets go.
const originalsAtOnce = 200

// DropOriginals lets the files go of which a clip was made, or could not be made because of the file itself, as long ago as the
// house has set it; it answers how many there were. The clip and all that was made of it stays.
func (db *DB) DropOriginals(ctx context.Context) (n int, err error) {
	days := defaultOriginalDays
	if err := db.pool.QueryRow(ctx, `select coalesce((select original_days from organisation), $1)`, days).Scan(&days); err != nil {
		return 0, fmt.Errorf("old originals: %w", err)
	}
	if days == 0 {
		return 0, nil
	}
	err = db.Tx(ctx, func(tx *DB) error {
		var cs []Clip
		err := tx.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}).
			Where("original_gone_at is null and (status in ? and processed_at < ? or status = ? and updated_at < ?)",
				[]string{ClipReady, ClipPublished}, tx.Now().AddDate(0, 0, -days), ClipRejected, tx.Now().AddDate(0, 0, -days)).
			Order("coalesce(processed_at, updated_at)").Limit(originalsAtOnce).Find(&cs).Error
		if err != nil || len(cs) == 0 {
			return mapped(err)
		}
		n = len(cs)
		work := DeleteObjects{}
		for _, c := range cs {
			work.Keys = append(work.Keys, c.UploadKey)
			if err := changed(tx.q(ctx).Model(&Clip{}).Where("id = ?", c.ID).Update("original_gone_at", tx.Now())); err != nil {
				return fmt.Errorf("old original of clip %s: %w", c.ID, err)
			}
		}
		return tx.enqueue(ctx, work, nil)
	})
	return n, err
}
