package models

import (
	"context"
	"fmt"
	"time"
)

// ForgetExpired removes sessions, invitations, resets, log-in tries, notices, mails about them, reports of posts, what webhooks and open pages were told, once they have had their time.
func (db *DB) ForgetExpired(ctx context.Context) error {
	now := db.Now()
	for sql, before := range map[string]time.Time{
		`delete from sessions where expiry < $1`:             now,
		`delete from user_tokens where expires_at < $1`:      now.Add(-7 * 24 * time.Hour), // for a while they can still be told from unknown ones
		`delete from login_failures where at < $1`:           now.Add(-24 * time.Hour),
		`delete from live_changes where at < $1`:             now.Add(-liveKept),
		`delete from notices where at < $1`:                  now.Add(-noticesKept),
		`delete from notice_mails where created_at < $1`:     now.Add(-noticeMailKept),
		`delete from post_reports where decided_at < $1`:     now.Add(-reportKept),
		`delete from webhook_tellings where created_at < $1`: now.Add(-webhookTellingKept),
	} {
		if _, err := db.pool.Exec(ctx, sql, before); err != nil {
			return fmt.Errorf("forget expired: %w", err)
		}
	}
	return nil
}
