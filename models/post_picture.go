package models

import (
	"context"

	"github.com/google/uuid"
)

const (
	// PictureKeys is what the object keys of pictures in posts begin with.
	PictureKeys = "post-"
	// MaxPictures is how many pictures a post may have.
	MaxPictures = 4
)

// PictureKey is the object key of a new picture.
func PictureKey() string { return PictureKeys + uuid.NewString() }

// PostPicture is a picture in a post.
type PostPicture struct {
	ID            uuid.UUID
	PostID        uuid.UUID
	Key           string
	Width, Height int
	Position      int
}

// SeenPicture is a picture of a post in a group that by may read; ErrNotFound for any other.
func (db *DB) SeenPicture(ctx context.Context, by User, groupID, id uuid.UUID) (PostPicture, error) {
	var p PostPicture
	posts := db.readablePosts(ctx, by).Select("posts.id").Where("posts.group_id = ?", groupID)
	err := db.q(ctx).Where("id = ? and post_id in (?)", id, posts).Take(&p).Error
	return p, mapped(err)
}

// keepPictures notes which pictures a post has.
func (db *DB) keepPictures(ctx context.Context, postID uuid.UUID, pictures []PostPicture) error {
	if len(pictures) == 0 {
		return nil
	}
	rows := make([]PostPicture, len(pictures))
	for i, p := range pictures {
		rows[i] = PostPicture{NewID(), postID, p.Key, p.Width, p.Height, i}
	}
	return mapped(db.q(ctx).Create(&rows).Error)
}

// pictureKeys are the object keys of the pictures that a condition picks.
func (db *DB) pictureKeys(ctx context.Context, which string, args ...any) ([]string, error) {
	var keys []string
	err := db.q(ctx).Model(&PostPicture{}).Where(which, args...).Pluck("key", &keys).Error
	return keys, mapped(err)
}

// dropPictures has objects removed once the transaction is through.
func (db *DB) dropPictures(ctx context.Context, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	return db.enqueue(ctx, DeleteObjects{Keys: keys}, nil)
}

// PictureObjects are the keys of every picture that some post needs.
func (db *DB) PictureObjects(ctx context.Context) (map[string]bool, error) {
	return db.keys(ctx, `select key from post_pictures`)
}
