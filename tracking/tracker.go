package tracking

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// ErrKind is a report of something that pages do not report.
var ErrKind = errors.New("no such kind of report")

// Options are what a tracker needs to know.
type Options struct {
	Dir    string // the data folder; the journal lies under it
	DB     *models.DB
	Log    *slog.Logger
	Secure bool                       // visitors come by https, perhaps through a proxy that ends it
	IP     func(*http.Request) string // the visitor's address, by the trusted proxies
}

// Where is what was opened. Zero ids stand for none: an open job has no link, and so no owner.
type Where struct {
	LinkID  uuid.UUID
	OwnerID uuid.UUID // of the link
	JobID   uuid.UUID
	ClipID  uuid.UUID
	Channel string

	Compared [2]uuid.UUID // clips of which each visit is shown one instead of ClipID; zero where none are compared
}

// shown is the clip that a click is shown: of two that are compared by chance, which lies in the click's id, so that nothing needs
// to be kept and the same id tells it again. Programs always meet the same one.
func (w *Where) shown(click uuid.UUID, class string) uuid.UUID {
	if w.Compared[0] == uuid.Nil || class == models.ClassPreview || class == models.ClassBot {
		return w.ClipID
	}
	return w.Compared[click[14]&1]
}

// Tracker is what handlers use.
type Tracker struct {
	opts      Options
	judge     *Judge
	countries *Countries
	visitors  *Visitors
	tokens    *Tokens
	recorder  *Recorder
	bursts    *bursts
	once      *once
	secret    []byte // of the visit tokens

	stop context.CancelFunc
	wg   sync.WaitGroup
}

// New starts a tracker. Postgres may be away: then the key of the visit tokens is the one kept in the data folder.
func New(ctx context.Context, opts Options) (*Tracker, error) {
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	judge, err := NewJudge()
	if err != nil {
		return nil, err
	}
	recorder, err := NewRecorder(filepath.Join(opts.Dir, "journal"), opts.DB, opts.Log)
	if err != nil {
		return nil, err
	}
	t := &Tracker{
		opts: opts, judge: judge, visitors: NewVisitors(opts.DB), recorder: recorder,
		bursts: newBursts(), once: newOnce(), countries: NewCountries(filepath.Join(opts.Dir, CountryFile), opts.Log),
	}
	key, err := tokenKey(ctx, opts.DB, filepath.Join(opts.Dir, "visit.key"))
	if err != nil {
		return nil, errors.Join(err, recorder.Close(ctx))
	}
	t.tokens, t.secret = NewTokens(key), key
	t.upkeep(ctx)
	running, stop := context.WithCancel(context.Background())
	t.stop = stop
	t.wg.Go(func() { t.keepUp(running) })
	return t, nil
}

// Click records that a landing page was asked for and gives the token that goes into the page and tells which clip it shows; user is who is signed in, the
// zero id for nobody. The visitor is served whatever
// err says; it is logged and counted already where events are lost.
func (t *Tracker) Click(ctx context.Context, r *http.Request, where Where, user uuid.UUID) (token string, v Verdict, err error) {
	taken, err := t.Take(ctx, t.request(r, where, user), where)
	return taken.Token, taken.Verdict, err
}

// Taken is a click that was recorded.
type Taken struct {
	Token   string // for the page
	ClipID  uuid.UUID
	Verdict Verdict
}

// Take is Click for a request that was read elsewhere.
func (t *Tracker) Take(ctx context.Context, req Request, where Where) (Taken, error) {
	now := t.opts.DB.Now().UTC().Truncate(time.Microsecond)
	req.Secure = req.Secure || t.opts.Secure
	visitor := t.visitor(now, &req)
	counted := req.Method == http.MethodGet && req.Who == Nobody && where.LinkID != uuid.Nil
	if counted {
		req.Lately = t.bursts.open(visitor, where.LinkID, now)
	}
	v := t.judge.Judge(req)
	first := counted && v.Reason == "burst" && !req.After
	if first {
		t.bursts.ban(visitor, now)
	}
	e := models.Event{ID: newID(now), At: now, Kind: models.KindClick, LinkID: where.LinkID, JobID: where.JobID, Channel: where.Channel}
	e.ClipID = where.shown(e.ID, v.Class)
	t.describe(&e, &req, &v, visitor)
	token := t.tokens.Sign(&Visit{
		ClickID: e.ID, At: now, LinkID: where.LinkID, JobID: where.JobID, ClipID: e.ClipID, Class: v.Class, Channel: where.Channel,
	})
	err := t.recorder.Record(ctx, &e)
	switch {
	case err != nil || !counted:
	case first: // what this visitor opened just before was the same burst
		err = t.takeBack(ctx, visitor, now.Add(-2*burstSpan), now)
	case v.Human() && t.bursts.suspect(visitor, now): // another one of it was, while this was written
		err = t.takeBack(ctx, visitor, now, now)
	}
	return Taken{Token: token, ClipID: e.ClipID, Verdict: v}, err
}

// takeBack makes suspect what was taken for a person's.
func (t *Tracker) takeBack(ctx context.Context, visitor uuid.UUID, from, to time.Time) error {
	return t.recorder.Amend(ctx, &models.Amendment{
		Visitor: visitor, From: from, To: to, Class: models.ClassSuspect, Reason: "burst", Rules: RulesVersion,
	})
}

// Beacon records what a page reports about its visit: view, play, q25, q50, q75, q100, sound or apply_start, each once.
// The error is ErrForged, ErrStale or ErrKind where the report is not taken.
func (t *Tracker) Beacon(ctx context.Context, r *http.Request, token, kind string) error {
	number := slices.Index(kinds[:], kind)
	if number < 0 || kind == models.KindClick || kind == models.KindApply || kind == models.KindWatched {
		return ErrKind
	}
	now := t.opts.DB.Now().UTC()
	visit, err := t.tokens.Verify(token, now)
	if err != nil {
		return err
	}
	if t.once.done(visit.ClickID, number) {
		return nil
	}
	if err := t.opened(ctx, r, &visit, kind, now); err != nil {
		return err
	}
	e := t.touch(r, &visit, kind, now)
	e.ID = touchID(visit.ClickID, number)
	if err := t.recorder.Record(ctx, &e); err != nil {
		return err
	}
	t.once.mark(visit.ClickID, number)
	return nil
}

// opened records the click of a page that was made ready ahead and is now looked at: the browser asks for it only once.
func (t *Tracker) opened(ctx context.Context, r *http.Request, visit *Visit, kind string, now time.Time) error {
	if visit.Class != models.ClassPrefetch {
		return nil
	}
	visit.Class = models.ClassHuman
	if kind != models.KindView {
		return nil
	}
	e := t.touch(r, visit, models.KindClick, now)
	e.ID = touchID(visit.ClickID, openedTouch)
	return t.recorder.Record(ctx, &e)
}

// openedTouch is the number that such a click's id is made with; no kind has it.
const openedTouch = 0xff

// Application is what came of a visit.
type Application struct {
	ID    uuid.UUID
	At    time.Time // handed in
	Token string    // the page's; an application without a good one is recorded all the same
	Where Where
}

// Applied records that an application was handed in, once however often it is called.
func (t *Tracker) Applied(ctx context.Context, r *http.Request, a Application, user uuid.UUID) error {
	e := t.ApplicationEvent(r, a, user)
	return t.Record(ctx, &e)
}

// ApplicationEvent is the event of an application, for whoever can record it only later; see Record.
func (t *Tracker) ApplicationEvent(r *http.Request, a Application, user uuid.UUID) models.Event {
	at := a.At.UTC().Truncate(time.Microsecond)
	visit, err := t.tokens.Verify(a.Token, at)
	if err == nil {
		if visit.Class == models.ClassPrefetch { // nobody fills in a form that nobody saw
			visit.Class = models.ClassHuman
		}
		e := t.touch(r, &visit, models.KindApply, at)
		e.ID = a.ID
		return e
	}
	req := t.request(r, a.Where, user)
	req.Method, req.FetchMode = http.MethodGet, "" // the form's POST says no more than the page's GET
	visitor := t.visitor(at, &req)
	req.After = req.Who == Nobody && t.bursts.suspect(visitor, at)
	v := t.judge.Judge(req)
	e := models.Event{
		ID: a.ID, At: at, Kind: models.KindApply,
		LinkID: a.Where.LinkID, JobID: a.Where.JobID, ClipID: a.Where.ClipID, Channel: a.Where.Channel,
	}
	t.describe(&e, &req, &v, visitor)
	return e
}

// Record returns once e is durable.
func (t *Tracker) Record(ctx context.Context, e *models.Event) error {
	return t.recorder.Record(ctx, e)
}

// Key is a secret for another purpose, of 32 bytes, that all instances share and that a start while Postgres is away knows as well.
func (t *Tracker) Key(purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, t.secret, nil, "kollega "+purpose, tokenKeySize)
}

// Visit reads a page's token, for what else wants to know which click a form came from.
func (t *Tracker) Visit(token string) (Visit, error) { return t.tokens.Verify(token, t.opts.DB.Now()) }

// Stats counts what happened so far.
func (t *Tracker) Stats() Stats { return t.recorder.Stats() }

// Close records nothing more and ships what is left until ctx ends.
func (t *Tracker) Close(ctx context.Context) error {
	t.stop()
	t.wg.Wait()
	return t.recorder.Close(ctx)
}

// touch is a later touch of a visit: it bears its click's time, and its class unless the reporting program is no person's.
func (t *Tracker) touch(r *http.Request, visit *Visit, kind string, now time.Time) models.Event {
	req := t.request(r, Where{}, uuid.Nil)
	visitor := t.visitor(now, &req)
	e := models.Event{
		At: visit.At, AfterMS: int32(max(0, now.Sub(visit.At).Milliseconds())), Kind: kind,
		ClickID: visit.ClickID, LinkID: visit.LinkID, JobID: visit.JobID, ClipID: visit.ClipID, Channel: visit.Channel,
	}
	v := t.judge.report(visit.Class, &req, t.bursts.suspect(visitor, now))
	t.describe(&e, &req, &v, visitor)
	return e
}

func (t *Tracker) describe(e *models.Event, req *Request, v *Verdict, visitor uuid.UUID) {
	e.Class, e.Reason, e.Signals, e.Rules = v.Class, v.Reason, v.Signals, RulesVersion
	e.Device, e.OS, e.Language, e.ReferrerHost = v.Device, v.OS, v.Language, v.ReferrerHost
	e.Visitor, e.Country = visitor, t.countries.Of(req.IP)
}

func (t *Tracker) request(r *http.Request, where Where, user uuid.UUID) Request {
	ip := ""
	if t.opts.IP != nil {
		ip = t.opts.IP(r)
	} else if host, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		ip = host.Addr().String()
	}
	req := FromHTTP(r, ip)
	req.Secure = req.Secure || t.opts.Secure
	switch user {
	case uuid.Nil:
	case where.OwnerID:
		req.Who = Owner
	default:
		req.Who = Internal
	}
	return req
}

// visitor names who asks. A visit that goes on past midnight keeps its name.
func (t *Tracker) visitor(now time.Time, req *Request) uuid.UUID {
	if now.Sub(dayStart(dayOf(now))) < visitGap {
		if y := t.visitors.Yesterday(now, req.IP, req.UserAgent, req.Host); y != uuid.Nil && t.bursts.seen(y) {
			return y
		}
	}
	return t.visitors.Pseudonym(now, req.IP, req.UserAgent, req.Host)
}
