package models

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// heldGroup is a group that by may read, held until the transaction ends: who is in it changes one after the other.
func (db *DB) heldGroup(ctx context.Context, by User, id uuid.UUID) (Group, error) {
	var g Group
	if err := readableGroup(db.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}), by).Where("groups.id = ?", id).Take(&g).Error; err != nil {
		return g, mapped(err)
	}
	var me []Member
	if err := db.q(ctx).Where("group_id = ? and user_id = ?", id, by.ID).Find(&me).Error; err != nil {
		return g, mapped(err)
	}
	switch {
	case len(me) > 0:
		g.Member = &me[0]
	case g.Kind != GroupOpen: // was taken out of it while this waited
		return g, ErrNotFound
	}
	return g, nil
}

// addMembers adds people to a group; who is in it already stays as they are. What was written before is not new to them.
func (db *DB) addMembers(ctx context.Context, groupID uuid.UUID, owner bool, people ...uuid.UUID) error {
	now := db.Now()
	ms := make([]Member, len(people))
	for i, id := range people {
		ms[i] = Member{GroupID: groupID, UserID: id, Owner: owner, JoinedAt: now, SeenAt: now}
	}
	return mapped(db.q(ctx).Omit(clause.Associations).Clauses(clause.OnConflict{DoNothing: true}).Create(&ms).Error)
}

// JoinGroup makes by a member of an open group; the first one in an empty group owns it.
func (db *DB) JoinGroup(ctx context.Context, by User, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		if _, err := tx.heldGroup(ctx, by, id); err != nil {
			return err
		}
		var n int64
		if err := tx.q(ctx).Model(&Member{}).Where("group_id = ?", id).Count(&n).Error; err != nil {
			return mapped(err)
		}
		return tx.addMembers(ctx, id, n == 0, by.ID)
	})
}

// LeaveGroup ends by's membership. Where they were the last owner, who has been there longest owns it; nothing that only its members
// see stays without one.
func (db *DB) LeaveGroup(ctx context.Context, by User, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		g, err := tx.heldGroup(ctx, by, id)
		if err != nil || g.Member == nil {
			return err
		}
		return tx.leave(ctx, g, by.ID)
	})
}

// leave takes somebody out of a group that is held.
func (db *DB) leave(ctx context.Context, g Group, userID uuid.UUID) error {
	if err := db.q(ctx).Where("group_id = ? and user_id = ?", g.ID, userID).Delete(&Member{}).Error; err != nil {
		return mapped(err)
	}
	if err := db.q(ctx).Where("group_id = ? and user_id = ?", g.ID, userID).Delete(&Draft{}).Error; err != nil {
		return mapped(err)
	}
	var rest []Member
	if err := db.q(ctx).Where("group_id = ?", g.ID).Order("owner desc, joined_at, user_id").Limit(1).Find(&rest).Error; err != nil {
		return mapped(err)
	}
	switch {
	case len(rest) == 0 && g.Kind != GroupOpen:
		return db.deleteGroup(ctx, g.ID)
	case g.Kind == GroupTalk: // the same people talk anew in another one, so that nothing is said behind somebody's back
		return mapped(db.q(ctx).Model(&Group{}).Where("id = ?", g.ID).Update("talk_key", nil).Error)
	case len(rest) == 0 || rest[0].Owner:
		return nil
	}
	return changed(db.q(ctx).Model(&Member{}).Where("group_id = ? and user_id = ?", g.ID, rest[0].UserID).Update("owner", true))
}

// deleteGroup removes a group with everything in it.
func (db *DB) deleteGroup(ctx context.Context, id uuid.UUID) error {
	keys, err := db.pictureKeys(ctx, "post_id in (select id from posts where group_id = ?)", id)
	if err != nil {
		return err
	}
	if err := db.endQuestionsIn(ctx, id); err != nil {
		return err
	}
	if err := changed(db.q(ctx).Where("id = ?", id).Delete(&Group{})); err != nil {
		return err
	}
	return db.dropPictures(ctx, keys)
}

// endQuestionsIn closes the questions that were put to nobody but a group that goes.
func (db *DB) endQuestionsIn(ctx context.Context, group uuid.UUID) error {
	var ids []uuid.UUID
	err := db.q(ctx).Model(&Question{}).Where(`closed_at is null and not everybody and exists (select from question_places p where p.question_id = questions.id and p.group_id = @group)
		and not exists (select from question_places p where p.question_id = questions.id and p.group_id is distinct from @group)`, map[string]any{"group": group}).Pluck("id", &ids).Error
	if err != nil {
		return mapped(err)
	}
	for _, id := range ids {
		if err := db.endQuestion(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// MuteGroup says whether by is told of nothing in a group any more.
func (db *DB) MuteGroup(ctx context.Context, by User, id uuid.UUID, muted bool) error {
	return changed(db.q(ctx).Model(&Member{}).Where("group_id = ? and user_id = ?", id, by.ID).Update("muted", muted))
}

// SeeGroup notes that by has seen what was written in a group up to a moment.
func (db *DB) SeeGroup(ctx context.Context, by User, id uuid.UUID, until time.Time) error {
	return mapped(db.q(ctx).Model(&Member{}).Where("group_id = ? and user_id = ? and seen_at < ?", id, by.ID, until).Update("seen_at", until).Error)
}

const memberPage = 100

// Members are a page of who is in a group that by may read, its owners first, then by name; next is the cursor of the page after, empty on
// the last.
func (db *DB) Members(ctx context.Context, by User, id uuid.UUID, after string) (ms []Member, next string, err error) {
	q := db.q(ctx).Joins("User").Where("group_members.group_id in (?)", readableGroup(db.q(ctx).Model(&Group{}).Select("groups.id").Where("groups.id = ?", id), by))
	if after != "" {
		at, err := parseCursor(after, 3)
		if err != nil {
			return nil, "", err
		}
		owner, err := strconv.ParseBool(at[0])
		last, iderr := uuid.Parse(at[2])
		if err != nil || iderr != nil {
			return nil, "", Invalid("cursor", "error.cursor")
		}
		q = q.Where(`(not group_members.owner, "User".name collate "nb-x-icu", group_members.user_id) > (?, ? collate "nb-x-icu", ?)`, !owner, at[1], last)
	}
	err = q.Order(`group_members.owner desc, "User".name collate "nb-x-icu", group_members.user_id`).Limit(memberPage + 1).Find(&ms).Error
	if err != nil || len(ms) <= memberPage {
		return ms, "", mapped(err)
	}
	ms = ms[:memberPage]
	last := ms[memberPage-1]
	return ms, cursor(strconv.FormatBool(last.Owner), last.User.Name, last.UserID.String()), nil
}

// AddMembers adds colleagues to a group that by owns, who are told.
func (db *DB) AddMembers(ctx context.Context, by User, id uuid.UUID, people ...uuid.UUID) error {
	if len(people) == 0 {
		return Invalid("person", "talk.error.nobody")
	}
	return db.owning(ctx, by, id, func(tx *DB, _ Group) error {
		var there []uuid.UUID
		if err := tx.q(ctx).Model(&User{}).Where("id in ? and deactivated_at is null", people).Pluck("id", &there).Error; err != nil {
			return mapped(err)
		}
		if len(there) == 0 {
			return Invalid("person", "talk.error.gone")
		}
		fresh, err := tx.notIn(ctx, id, there)
		if err != nil || len(fresh) == 0 {
			return err
		}
		if err := tx.addMembers(ctx, id, false, fresh...); err != nil {
			return err
		}
		// Who was let in once before, and is now again, is told anew.
		if err := tx.forgetLetIn(ctx, id, fresh); err != nil {
			return err
		}
		notices := make([]Notice, len(fresh))
		for i, u := range fresh {
			notices[i] = Notice{UserID: u, Kind: NoticeLetIn, About: id, ActorID: by.ref(), GroupID: &id}
		}
		return tx.Notify(ctx, notices...)
	})
}

// notIn are those of the people who are in a group not yet.
func (db *DB) notIn(ctx context.Context, id uuid.UUID, people []uuid.UUID) ([]uuid.UUID, error) {
	var in []uuid.UUID
	err := db.q(ctx).Model(&Member{}).Where("group_id = ? and user_id in ?", id, people).Pluck("user_id", &in).Error
	return slices.DeleteFunc(people, func(u uuid.UUID) bool { return slices.Contains(in, u) }), mapped(err)
}

func (db *DB) forgetLetIn(ctx context.Context, id uuid.UUID, people []uuid.UUID) error {
	return mapped(db.q(ctx).Where("kind = ? and about = ? and user_id in ?", NoticeLetIn, id, people).Delete(&Notice{}).Error)
}

// RemoveMember takes somebody out of a group that by owns.
func (db *DB) RemoveMember(ctx context.Context, by User, id, userID uuid.UUID) error {
	return db.owning(ctx, by, id, func(tx *DB, g Group) error {
		if err := tx.mustBeIn(ctx, id, userID); err != nil {
			return err
		}
		return tx.leave(ctx, g, userID)
	})
}

// SetOwner says whether a member of a group that by owns owns it, too. One owner stays.
func (db *DB) SetOwner(ctx context.Context, by User, id, userID uuid.UUID, owner bool) error {
	return db.owning(ctx, by, id, func(tx *DB, _ Group) error {
		if err := tx.mustBeIn(ctx, id, userID); err != nil {
			return err
		}
		if !owner {
			var others int64
			if err := tx.q(ctx).Model(&Member{}).Where("group_id = ? and owner and user_id <> ?", id, userID).Count(&others).Error; err != nil {
				return mapped(err)
			}
			if others == 0 {
				return &ConflictError{Key: "group.error.last_owner"}
			}
		}
		return changed(tx.q(ctx).Model(&Member{}).Where("group_id = ? and user_id = ?", id, userID).Update("owner", owner))
	})
}

// mustBeIn fails with ErrNotFound for whoever is no member of the group.
func (db *DB) mustBeIn(ctx context.Context, groupID, userID uuid.UUID) error {
	return mapped(db.q(ctx).Where("group_id = ? and user_id = ?", groupID, userID).Take(&Member{}).Error)
}

// owning runs fn for a group that by owns, holding it.
func (db *DB) owning(ctx context.Context, by User, id uuid.UUID, fn func(tx *DB, g Group) error) error {
	return db.Tx(ctx, func(tx *DB) error {
		g, err := tx.heldGroup(ctx, by, id)
		if err != nil {
			return err
		}
		if !g.Owned() {
			return ErrForbidden
		}
		return fn(tx, g)
	})
}

// leaveGroups takes somebody who is deactivated out of all groups; what they wrote stays under no name, or goes, as they chose.
func (db *DB) leaveGroups(ctx context.Context, u User) error {
	var gs []Group
	err := db.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("id in (select group_id from group_members where user_id = ?)", u.ID).Order("id").Find(&gs).Error
	if err != nil {
		return mapped(err)
	}
	for _, g := range gs {
		if err := db.leave(ctx, g, u.ID); err != nil {
			return err
		}
	}
	if err := db.q(ctx).Where("user_id = ?", u.ID).Delete(&Draft{}).Error; err != nil || !u.PostsGo {
		return mapped(err)
	}
	return db.withdrawPosts(ctx, u.ID)
}

// SetPostsGo says what becomes of what somebody wrote when they leave.
func (db *DB) SetPostsGo(ctx context.Context, id uuid.UUID, gone bool) error {
	return changed(db.q(ctx).Model(&User{}).Where("id = ?", id).Updates(map[string]any{"posts_go": gone, "updated_at": db.Now()}))
}
