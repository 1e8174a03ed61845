package models

import "context"

// DecidedReports are a page of what was put before HR and decided, as Reports has it, without what waits.
func (db *DB) DecidedReports(ctx context.Context, by User, after string) (decided []PostReport, next string, err error) {
	if !by.Is(RoleHR) {
		return nil, "", ErrForbidden
	}
	q, err := older(db.putBefore(ctx, by).Preload("User").Preload("Author").Where("decided_at is not null"), "decided_at", "id", after)
	if err != nil {
		return nil, "", err
	}
	if err := q.Order("decided_at desc, id desc").Limit(reportPage + 1).Find(&decided).Error; err != nil {
		return nil, "", mapped(err)
	}
	if len(decided) > reportPage {
		decided = decided[:reportPage]
		next = timeCursor(*decided[reportPage-1].DecidedAt, decided[reportPage-1].ID)
	}
	return decided, next, nil
}
