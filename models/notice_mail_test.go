package models_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"kollega/models"
)

// reached is a colleague who is told of new jobs in that way, in Oslo.
func reached(t *testing.T, db *models.DB, way string, change func(*models.NoticeChoices)) models.User {
	t.Helper()
	u := staff(t, db, "Ada", models.RoleEmployee)
	exec(t, db, `update users set joined_at = created_at where id = $1`, u.ID)
	choose(t, db, u, func(c *models.NoticeChoices) {
		c.Ways[models.NoticeNewJob], c.TimeZone = way, "Europe/Oslo"
		if change != nil {
			change(c)
		}
	})
	return u
}

func choose(t *testing.T, db *models.DB, u models.User, change func(*models.NoticeChoices)) {
	t.Helper()
	c, err := db.NoticeChoices(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	change(&c)
	if err := db.SaveNoticeChoices(t.Context(), u, c); err != nil {
		t.Fatal(err)
	}
}

func tend(t *testing.T, db *models.DB, want int) {
	t.Helper()
	if n, err := db.TendNotices(t.Context()); err != nil || n != want {
		t.Fatalf("%d mails made, %v, want %d", n, err, want)
	}
}

// queued are the mails that wait, the oldest first.
func queued(t *testing.T, db *models.DB) []models.NoticeMailing {
	t.Helper()
	rows, err := db.Pool().Query(t.Context(), `select id from notice_mails where state = 'queued' order by created_at, id`)
	if err != nil {
		t.Fatal(err)
	}
	var ms []models.NoticeMailing
	for _, id := range ids(t, rows) {
		m, err := db.NoticeMailToSend(t.Context(), id)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			t.Fatal(err)
		}
		if err == nil {
			ms = append(ms, m)
		}
	}
	return ms
}

// deliver sends all that waits and gives how many notices each mail told of.
func deliver(t *testing.T, db *models.DB) []int {
	t.Helper()
	var told []int
	for _, m := range queued(t, db) {
		if err := db.NoticeMailDone(t.Context(), m, models.NoticeMailSent); err != nil {
			t.Fatal(err)
		}
		told = append(told, len(m.Notices)+m.More+len(m.Jobs))
	}
	return told
}

// TestADigestNightSendsOnce walks through the nights in which the clock of Oslo changes, looking every half hour: each day has one digest,
// whatever its hour, and each notice is in one.
func TestADigestNightSendsOnce(t *testing.T) {
	t.Parallel()
	for _, night := range []time.Time{time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC)} {
		for _, hour := range []int{1, 2, 3, 8} {
			t.Run(fmt.Sprintf("%s at %d", night.Format(time.DateOnly), hour), func(t *testing.T) {
				t.Parallel()
				db, clock := open(t)
				clock.now = night.AddDate(0, 0, -1).Add(12 * time.Hour)
				u := reached(t, db, models.WayDaily, func(c *models.NoticeChoices) { c.DigestHour = hour })
				notices := 0
				for end := night.AddDate(0, 0, 1).Add(11 * time.Hour); clock.now.Before(end); clock.Add(30 * time.Minute) {
					if clock.now.Minute() == 0 && clock.now.Hour()%4 == 0 || clock.now.Equal(night.Add(30*time.Minute)) {
						notify(t, db, ofJob(u, publish(t, db, "Kokk")))
						notices++
					}
					if _, err := db.TendNotices(t.Context()); err != nil {
						t.Fatal(err)
					}
					deliver(t, db)
				}
				day, next := night.Format(time.DateOnly), night.AddDate(0, 0, 1).Format(time.DateOnly)
				for _, slot := range []string{day, next} {
					if n := rowsOf(t, db, `select count(*) from notice_mails where slot = $1 and state = 'sent'`, slot); n != 1 {
						t.Errorf("%d digests on %s, want 1", n, slot)
					}
				}
				if n := rowsOf(t, db, `select count(*) from notice_mails`); n != 2 {
					t.Errorf("%d mails in two days, want 2", n)
				}
				mailed := rowsOf(t, db, `select count(*) from notices where mail_id is not null and due_at is null`)
				waits := rowsOf(t, db, `select count(*) from notices where mail_id is null and due_at > $1`, clock.now)
				if mailed+waits != notices || mailed == 0 {
					t.Errorf("%d mailed and %d waiting of %d", mailed, waits, notices)
				}
			})
		}
	}
}

// TestAWeeklyNightSendsOnce, as do the quiet hours of it, where the clock of Oslo changes between Saturday and Sunday.
func TestAWeeklyNightSendsOnce(t *testing.T) {
	t.Parallel()
	for _, night := range []time.Time{time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC)} {
		for _, way := range []string{models.WayWeekly, models.WayNow} {
			t.Run(way+" "+night.Format(time.DateOnly), func(t *testing.T) {
				t.Parallel()
				db, clock := open(t)
				clock.now = night.AddDate(0, 0, -1).Add(12 * time.Hour)
				u := reached(t, db, way, func(c *models.NoticeChoices) {
					c.DigestDay, c.DigestHour, c.QuietFrom, c.QuietTo = 0, 2, at("22:00"), at("02:30")
				})
				zone := models.NoticeSettings{TimeZone: "Europe/Oslo"}.Zone()
				notices, mailed := 0, 0
				for end := night.Add(12 * time.Hour); clock.now.Before(end); clock.Add(30 * time.Minute) {
					if clock.now.Minute() == 0 && clock.now.Before(night.Add(2*time.Hour)) {
						notify(t, db, ofJob(u, publish(t, db, "Kokk")))
						notices++
					}
					if _, err := db.TendNotices(t.Context()); err != nil {
						t.Fatal(err)
					}
					for _, n := range deliver(t, db) {
						mailed += n
						local := clock.now.In(zone)
						if m := local.Hour()*60 + local.Minute(); m >= 22*60 || m < 2*60+30 {
							t.Errorf("a mail at %s, in the quiet hours", local)
						}
					}
				}
				if way == models.WayNow && mailed != notices {
					t.Errorf("%d of %d notices were mailed", mailed, notices)
				}
				waits := rowsOf(t, db, `select count(*) from notices where mail_id is null and due_at > $1`, clock.now)
				if mailed+waits != notices || mailed == 0 {
					t.Errorf("%d mailed and %d waiting of %d", mailed, waits, notices)
				}
				if n := rowsOf(t, db, `select count(*) from notice_mails where kind = 'weekly' and (slot <> $1 or state <> 'sent')`, night.Format(time.DateOnly)); n != 0 {
					t.Errorf("%d weekly mails of another day", n)
				}
				if n := rowsOf(t, db, `select count(*) from notice_mails where kind = 'weekly'`); way == models.WayWeekly && n != 1 {
					t.Errorf("%d weekly mails, want 1", n)
				}
			})
		}
	}
}

// TestWhatIsOnItsWayIsCalledBack, where its receiver wants it otherwise before the mail server takes it, and told once all the same.
func TestWhatIsOnItsWayIsCalledBack(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	u := reached(t, db, models.WayNow, nil)
	j := publish(t, db, "Kokk")
	notify(t, db, ofJob(u, j))
	tend(t, db, 1)
	choose(t, db, u, func(c *models.NoticeChoices) { c.QuietFrom, c.QuietTo = at("22:00"), at("22:01") })
	going := queued(t, db)
	if len(going) != 1 || len(going[0].Notices) != 1 {
		t.Fatalf("the same way again: %+v", going)
	}
	way := func(way string) {
		t.Helper()
		choose(t, db, u, func(c *models.NoticeChoices) { c.Ways[models.NoticeNewJob] = way })
	}
	way(models.WayHouse)
	if ms := queued(t, db); len(ms) != 0 || rowsOf(t, db, `select count(*) from notices where due_at is not null`) != 0 {
		t.Errorf("mailed after all: %+v", ms)
	}
	notify(t, db, ofJob(u, publish(t, db, "Baker")))
	way(models.WayNow)
	way(models.WayDaily)
	if n := rowsOf(t, db, `select count(*) from notices where due_at is not null`); n != 0 {
		t.Errorf("%d notices that were in the house alone are mailed", n)
	}
	way(models.WayNow)
	late := publish(t, db, "Smed")
	notify(t, db, ofJob(u, late))
	tend(t, db, 1)
	if going = queued(t, db); len(going) != 1 {
		t.Fatalf("got %+v", going)
	}
	way(models.WayDaily) // as it goes
	if n := rowsOf(t, db, `select count(*) from notices where due_at is not null`); n != 1 {
		t.Errorf("%d notices wait for the day's mail, want 1", n)
	}
	if err := db.NoticeMailDone(t.Context(), going[0], models.NoticeMailSent); err != nil {
		t.Fatal(err)
	}
	if n := rowsOf(t, db, `select count(*) from notices where due_at is not null`); n != 0 {
		t.Errorf("%d notices are told twice", n)
	}
}

// TestNobodyIsMailedBeforeTheyJoin; what happened meanwhile is there when they come.
func TestNobodyIsMailedBeforeTheyJoin(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	invited := staff(t, db, "Ivar", models.RoleEmployee)
	choose(t, db, invited, func(c *models.NoticeChoices) { c.Ways[models.NoticeNewJob] = models.WayNow })
	notify(t, db, ofJob(invited, publish(t, db, "Kokk")))
	tend(t, db, 0)
	exec(t, db, `update notices set way = 'now', due_at = $1`, clock.now) // as an earlier program left it
	tend(t, db, 0)
	if ms := queued(t, db); len(ms) != 0 {
		t.Errorf("mailed: %+v", ms)
	}
	tend(t, db, 0)
	if n := rowsOf(t, db, `select count(*) from notice_mails`) + rowsOf(t, db, `select count(*) from notices where due_at is not null`); n != 0 {
		t.Errorf("%d mails are made, or will be", n)
	}
	if n := unread(t, db, invited); n != 1 {
		t.Errorf("%d unread, want 1", n)
	}
}

// TestADigestCatchesUp: while the mail server is away one mail grows, and what comes as it goes is told by the next.
func TestADigestCatchesUp(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	clock.now = time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC)
	u := reached(t, db, models.WayDaily, nil)
	notify(t, db, ofJob(u, publish(t, db, "Kokk")))
	tend(t, db, 0)
	clock.Add(3 * time.Hour) // 09:00 in Oslo
	tend(t, db, 1)
	tend(t, db, 0)
	notify(t, db, ofJob(u, publish(t, db, "Baker")))
	clock.Add(24 * time.Hour)
	tend(t, db, 0) // yesterday's has not gone: it tells of both
	waiting := queued(t, db)
	if len(waiting) != 1 || len(waiting[0].Notices) != 2 {
		t.Fatalf("%d mails wait, want one with both: %+v", len(waiting), waiting)
	}
	// While it is being sent, another is added to it.
	late := publish(t, db, "Smed")
	notify(t, db, ofJob(u, late))
	exec(t, db, `update notices set mail_id = $1, due_at = null where about = $2`, waiting[0].ID, late.ID)
	if err := db.NoticeMailDone(t.Context(), waiting[0], models.NoticeMailSent); err != nil {
		t.Fatal(err)
	}
	if _, err := db.NoticeMailToSend(t.Context(), waiting[0].ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a mail that has gone is sent again: %v", err)
	}
	tend(t, db, 1)
	if got, want := deliver(t, db), []int{1}; !slices.Equal(got, want) {
		t.Errorf("mails with %v notices, want %v: the one that was late", got, want)
	}
	tend(t, db, 0)
}

func TestMailsGoAsTheirReceiverWants(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	ctx := t.Context()
	clock.now = time.Date(2026, 11, 23, 22, 30, 0, 0, time.UTC) // 23:30 in Oslo
	night := func(c *models.NoticeChoices) { c.QuietFrom, c.QuietTo = at("22:00"), at("07:00") }
	quiet, off, house := reached(t, db, models.WayNow, night), reached(t, db, models.WayOff, nil), reached(t, db, models.WayHouse, nil)
	now := reached(t, db, models.WayNow, nil)
	for _, title := range []string{"Kokk", "Baker"} {
		j := publish(t, db, title)
		notify(t, db, ofJob(quiet, j), ofJob(off, j), ofJob(house, j), ofJob(now, j))
	}
	if unread(t, db, off) != 0 || unread(t, db, house) != 2 {
		t.Errorf("%d and %d unread, want none where it is off and 2 in the house", unread(t, db, off), unread(t, db, house))
	}
	tend(t, db, 1)
	if ms := queued(t, db); len(ms) != 1 || ms[0].UserID != now.ID || len(ms[0].Notices) != 2 || ms[0].Only() != models.NoticeNewJob {
		t.Fatalf("got %+v, want one mail with both", ms)
	}
	deliver(t, db)
	clock.Add(7 * time.Hour) // 06:30
	tend(t, db, 0)
	clock.Add(30 * time.Minute)
	tend(t, db, 1)
	if ms := queued(t, db); len(ms) != 1 || ms[0].UserID != quiet.ID || len(ms[0].Notices) != 2 {
		t.Fatalf("after the quiet hours: %+v, want one mail with both", ms)
	}
	if n := rowsOf(t, db, `select count(*) from river_job where kind = 'send_mail' and args ->> 'mail' = 'notices'`); n != 2 {
		t.Errorf("%d mails on their way in all, want 2", n)
	}
	// What is read meanwhile is not mailed.
	if err := db.ReadNotices(ctx, quiet.ID, nil); err != nil {
		t.Fatal(err)
	}
	if ms := queued(t, db); len(ms) != 0 {
		t.Errorf("what was read is mailed: %+v", ms)
	}
	if n := rowsOf(t, db, `select count(*) from notice_mails where state = 'empty'`); n != 1 {
		t.Errorf("%d empty mails, want 1", n)
	}
	tend(t, db, 0)
}

// TestChoicesHoldForWhatWaits: what waits for a digest goes at once, or not at all, when its receiver wants it so.
func TestChoicesHoldForWhatWaits(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	u := reached(t, db, models.WayDaily, nil)
	notify(t, db, ofJob(u, publish(t, db, "Kokk")))
	tend(t, db, 0)
	choose(t, db, u, func(c *models.NoticeChoices) { c.Ways[models.NoticeNewJob] = models.WayNow })
	tend(t, db, 1)
	if got := deliver(t, db); !slices.Equal(got, []int{1}) {
		t.Errorf("mails with %v notices, want one", got)
	}
	choose(t, db, u, func(c *models.NoticeChoices) { c.Ways[models.NoticeNewJob] = models.WayWeekly })
	notify(t, db, ofJob(u, publish(t, db, "Baker")))
	choose(t, db, u, func(c *models.NoticeChoices) { c.Ways[models.NoticeNewJob] = models.WayOff })
	clock.Add(14 * 24 * time.Hour)
	tend(t, db, 0)
	if n := unread(t, db, u); n != 2 {
		t.Errorf("%d unread, want both: they came before", n)
	}
	for name, change := range map[string]func(*models.NoticeChoices){
		"a way that is none":   func(c *models.NoticeChoices) { c.Ways[models.NoticeNewJob] = "pigeon" },
		"a kind that is none":  func(c *models.NoticeChoices) { c.Ways["gossip"] = models.WayNow },
		"a place that is none": func(c *models.NoticeChoices) { c.TimeZone = "Europe/Bodø" },
		"the server's place":   func(c *models.NoticeChoices) { c.TimeZone = "Local" },
		"quiet without end":    func(c *models.NoticeChoices) { c.QuietFrom = at("22:00") },
		"an hour that is none": func(c *models.NoticeChoices) { c.DigestHour = 24 },
		"a day that is none":   func(c *models.NoticeChoices) { c.DigestDay = 7 },
	} {
		c, err := db.NoticeChoices(t.Context(), u)
		if err != nil {
			t.Fatal(err)
		}
		change(&c)
		var bad models.ValidationErrors
		if err := db.SaveNoticeChoices(t.Context(), u, c); !errors.As(err, &bad) || len(bad) != 1 {
			t.Errorf("%s: got %v, want it refused", name, err)
		}
	}
}

// TestMailsTellWithTheRightsOfThen: what its receiver may not see any more when the mail goes is not in it, and who has left gets none.
func TestMailsTellWithTheRightsOfThen(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	u, gone := reached(t, db, models.WayNow, nil), reached(t, db, models.WayNow, nil)
	kept, taken := publish(t, db, "Kokk"), publish(t, db, "Hemmelig")
	notify(t, db, ofJob(u, kept), ofJob(u, taken), ofJob(gone, kept))
	tend(t, db, 2)
	exec(t, db, `update jobs set status = 'draft' where id = $1`, taken.ID)
	if err := db.Deactivate(ctx, models.System(), gone.ID); err != nil {
		t.Fatal(err)
	}
	ms := queued(t, db)
	if len(ms) != 1 || len(ms[0].Notices) != 1 || ms[0].Notices[0].About != kept.ID {
		t.Fatalf("got %+v, want the one that may be seen", ms)
	}
	deliver(t, db)
	tend(t, db, 0)
	if n := rowsOf(t, db, `select count(*) from notices where due_at is not null`); n != 0 {
		t.Errorf("%d notices wait for somebody who has left", n)
	}
}

// TestMailsThatTheQueueGaveUp go again, until a month is over.
func TestMailsThatTheQueueGaveUp(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	u := reached(t, db, models.WayNow, nil)
	notify(t, db, ofJob(u, publish(t, db, "Kokk")))
	tend(t, db, 1)
	const asked = `select count(*) from river_job where kind = 'send_mail' and args ->> 'mail' = 'notices'`
	for want, days := range []time.Duration{0, 2, 2, 2} {
		clock.Add(days * 24 * time.Hour)
		tend(t, db, 0)
		if n := rowsOf(t, db, asked); n != 1+want/2 {
			t.Errorf("after %s: asked for %d times, want %d", days, n, 1+want/2)
		}
	}
	clock.Add(30 * 24 * time.Hour)
	tend(t, db, 0)
	if n := rowsOf(t, db, `select count(*) from notice_mails where state = 'refused'`); n != 1 {
		t.Errorf("%d mails given up after a month, want 1", n)
	}
}

func TestLinksThatEndMails(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	u := reached(t, db, models.WayDaily, func(c *models.NoticeChoices) { c.Ways[models.NoticeComment] = models.WayOff })
	stop := func(kind string) models.NoticeChoices {
		t.Helper()
		token, err := db.NoticeStopToken(ctx, u.ID, kind)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // mail programs may ask twice
			s, err := db.NoticeStop(ctx, token)
			if err != nil || s.User.ID != u.ID || s.Kind != kind {
				t.Fatalf("got %+v, %v", s, err)
			}
			if err := db.StopNotices(ctx, s); err != nil {
				t.Fatal(err)
			}
		}
		c, err := db.NoticeChoices(ctx, u)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	notify(t, db, ofJob(u, publish(t, db, "Kokk")))
	if c := stop(models.NoticeNewJob); c.Ways[models.NoticeNewJob] != models.WayHouse || c.Ways[models.NoticeMessage] != models.WayNow || !c.Sharing || c.TimeZone != "Europe/Oslo" {
		t.Errorf("one kind ended: %+v", c)
	}
	if n := rowsOf(t, db, `select count(*) from notices where due_at is not null`); n != 0 {
		t.Errorf("%d notices are still to be mailed", n)
	}
	if c := stop(models.MailOfSharing); c.Sharing || c.Ways[models.NoticeMessage] != models.WayNow {
		t.Errorf("what is worth sharing ended: %+v", c)
	}
	for kind, way := range stop(models.StopAll).Ways {
		if want := map[bool]string{true: models.WayOff, false: models.WayHouse}[kind == models.NoticeComment]; way != want {
			t.Errorf("all ended, and %s is %s, want %s", kind, way, want)
		}
	}
	token, err := db.NoticeStopToken(ctx, u.ID, models.StopAll)
	if err != nil {
		t.Fatal(err)
	}
	gossip, err := db.NoticeStopToken(ctx, u.ID, "gossip")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "hei", token[:len(token)-2] + "zz", gossip} {
		if _, err := db.NoticeStop(ctx, bad); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%q: got %v, want not found", bad, err)
		}
	}
	hr, err := db.ChangeUser(ctx, models.System(), u.ID, models.UserChange{Name: u.Name, Role: models.RoleHR})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := db.NoticeChoices(ctx, hr); err != nil || c.Ways[models.NoticeOwedClimbed] != models.WayHouse || len(c.Ways) != len(models.NoticeKinds) {
		t.Errorf("all ended, and in HR it is %+v, %v", c.Ways, err)
	}
	exec(t, db, `update users set deactivated_at = now() where id = $1`, u.ID)
	if _, err := db.NoticeStop(ctx, token); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("of somebody who has left: %v", err)
	}
}

// TestWorthSharing goes once a week, at everybody's own hour, and not where nothing is to be shared.
func TestWorthSharing(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	ctx := t.Context()
	clock.now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) // a Saturday
	u := reached(t, db, models.WayHouse, nil)
	reached(t, db, models.WayHouse, func(c *models.NoticeChoices) { c.Sharing = false })
	later := reached(t, db, models.WayHouse, func(c *models.NoticeChoices) { c.DigestDay, c.DigestHour = 2, 10 })
	staff(t, db, "Not joined", models.RoleEmployee)
	made := func(want int) {
		t.Helper()
		if n, err := db.TendSharing(ctx); err != nil || n != want {
			t.Fatalf("%s: %d mails, %v, want %d", clock.now, n, err, want)
		}
	}
	monday := time.Date(2026, 11, 23, 7, 5, 0, 0, time.UTC)
	clock.now = monday
	made(0) // nothing to share
	j := publish(t, db, "Kokk")
	clock.now = monday.Add(-10 * time.Minute)
	made(0)
	clock.now = monday
	made(1)
	made(0)
	if ms := queued(t, db); len(ms) != 1 || ms[0].UserID != u.ID || len(ms[0].Jobs) != 1 || ms[0].Jobs[0].ID != j.ID {
		t.Fatalf("got %+v", ms)
	}
	deliver(t, db)
	clock.now = monday.AddDate(0, 0, 1).Add(2 * time.Hour)
	made(1)
	exec(t, db, `update jobs set status = 'closed' where id = $1`, j.ID)
	if ms := queued(t, db); len(ms) != 0 {
		t.Errorf("a mail with nothing to share: %+v", ms)
	}
	if n := rowsOf(t, db, `select count(*) from notice_mails where user_id = $1 and state = 'empty'`, later.ID); n != 1 {
		t.Errorf("%d empty mails, want 1", n)
	}
	exec(t, db, `update jobs set status = 'published' where id = $1`, j.ID)
	clock.now = monday.AddDate(0, 0, 7)
	made(1)
	clock.now = monday.AddDate(0, 0, 11) // the program stood still for some days
	made(1)
	if n := rowsOf(t, db, `select count(*) from notice_mails where kind = 'sharing' and user_id = $1`, later.ID); n != 2 {
		t.Errorf("%d mails, want 2", n)
	}
	clock.now = monday.AddDate(0, 0, 7+7*52)
	exec(t, db, `update users set joined_at = $1`, clock.now) // just now: the first comes next week
	made(0)
}

// TestWorthSharingIsMailedOnceAWeek whatever day somebody chooses meanwhile, to those who want it when it goes, and by one program at a time.
func TestWorthSharingIsMailedOnceAWeek(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	ctx := t.Context()
	clock.now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) // a Saturday
	u := reached(t, db, models.WayHouse, nil)
	publish(t, db, "Kokk")
	made := func(day int, want int) {
		t.Helper()
		clock.now = time.Date(2026, 11, day, 12, 0, 0, 0, time.UTC)
		if n, err := db.TendSharing(ctx); err != nil || n != want {
			t.Fatalf("%s: %d mails, %v, want %d", clock.now, n, err, want)
		}
	}
	busy, err := db.Pool().Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := busy.Exec(ctx, `select pg_advisory_xact_lock($1)`, 0x73686172); err != nil {
		t.Fatal(err)
	}
	made(23, 0)
	if err := busy.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	made(23, 1)
	choose(t, db, u, func(c *models.NoticeChoices) { c.Sharing = false })
	if ms := queued(t, db); len(ms) != 0 {
		t.Errorf("who wants it no more gets %+v", ms)
	}
	choose(t, db, u, func(c *models.NoticeChoices) { c.Sharing, c.DigestDay = true, 2 })
	made(24, 0)
	choose(t, db, u, func(c *models.NoticeChoices) { c.DigestDay = 5 })
	made(27, 0)
	choose(t, db, u, func(c *models.NoticeChoices) { c.DigestDay = 0 })
	made(29, 1)
	choose(t, db, u, func(c *models.NoticeChoices) { c.DigestDay = 1 })
	made(30, 0)
	made(37, 1)
}
