package models

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
)

// replacedFor is how long what was replaced still answers under its address: no page that was rendered with it is open
// longer, and no network that was given the address fetches later.
const replacedFor = 24 * time.Hour

// objectKeys picks every object of clips: the original, the files of all versions that still answer, whatever is shown or
// was, and the cuts with everybody's personal ones. Whoever takes a clip off, or sweeps, asks here and nowhere else.
const objectKeys = `select key from (
	select id as clip_id, upload_key as key from clips where original_gone_at is null
	union all select clip_id, key from clip_files
	union all select clip_id, key from makings) o where key <> ''`

// clipObjects is the work of removing every object of one clip, and of aborting its upload.
func (db *DB) clipObjects(ctx context.Context, id uuid.UUID) (DeleteObjects, error) {
	var c Clip
	if err := db.q(ctx).Where("id = ?", id).Take(&c).Error; err != nil {
		return DeleteObjects{}, mapped(err)
	}
	keys, err := db.keys(ctx, objectKeys+` and clip_id = ?`, id)
	work := DeleteObjects{Keys: slices.Sorted(maps.Keys(keys))}
	if c.UploadID != "" {
		work.UploadKey, work.UploadID = c.UploadKey, c.UploadID
	}
	return work, err
}

// ClipObjects are the keys of every object that some clip needs.
func (db *DB) ClipObjects(ctx context.Context) (map[string]bool, error) {
	return db.keys(ctx, objectKeys)
}

// replaceFiles shows files in place of the version before, or of those of the same kinds in the same version.
func (db *DB) replaceFiles(ctx context.Context, clipID uuid.UUID, version int, files []ClipFile) error {
	kinds := make([]string, len(files))
	for i := range files {
		files[i].ClipID, files[i].Version, kinds[i] = clipID, version, files[i].Kind()
	}
	err := db.q(ctx).Model(&ClipFile{}).
		Where("clip_id = ? and replaced_at is null and (version < ? or split_part(name, '-', 1) in ?)", clipID, version, kinds).
		Update("replaced_at", db.Now()).Error
	if err == nil {
		err = db.q(ctx).Create(&files).Error
	}
	if err != nil {
		return fmt.Errorf("files of clip %s: %w", clipID, mapped(err))
	}
	return nil
}

// ForgetReplaced forgets what was replaced a day ago, files and cuts, and has the objects removed.
func (db *DB) ForgetReplaced(ctx context.Context) error {
	before := db.Now().Add(-replacedFor)
	return db.Tx(ctx, func(tx *DB) error {
		var keys []string
		for _, sql := range []string{
			`delete from clip_files where replaced_at < ? returning key`,
			`delete from makings m using clips c where c.id = m.clip_id and m.version < c.version and m.status in ('ready', 'failed')
				and coalesce(c.processed_at, c.created_at) < ? returning m.key`,
			// A personal download is made anew in a second.
			`delete from makings where kind = 'personal' and status in ('ready', 'failed') and used_at < ?::timestamptz - interval '30 days' returning key`,
			// Captions have been written anew.
			`delete from makings m where kind = 'body' and status in ('ready', 'failed') and used_at < ? and captions <> ''
				and not exists (select from captions t where t.clip_id = m.clip_id and m.captions = ` + captionsTag + `) returning key`,
		} {
			var gone []string
			if err := tx.q(ctx).Raw(sql, before).Scan(&gone).Error; err != nil {
				return fmt.Errorf("forget what was replaced: %w", err)
			}
			keys = append(keys, gone...)
		}
		if keys = slices.DeleteFunc(keys, func(k string) bool { return k == "" }); len(keys) == 0 {
			return nil
		}
		return tx.enqueue(ctx, DeleteObjects{Keys: keys}, nil)
	})
}
