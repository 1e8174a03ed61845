package i18n_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kollega/internal/i18n"
)

func load(t *testing.T) *i18n.Bundle {
	t.Helper()
	b, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMatch(t *testing.T) {
	t.Parallel()
	b := load(t)
	tests := []struct{ header, fallback, want string }{
		{"nb-NO,nb;q=0.9,en;q=0.8", "en", "nb"},
		{"no", "en", "nb"},
		{"nn-NO,nn;q=0.9", "en", "nb"},
		{"da", "en", "nb"},
		{"en-US,en;q=0.5", "nb", "en"},
		{"de,en;q=0.5,nb;q=0.4", "nb", "en"},
		{"de-DE", "nb", "nb"},
		{"de-DE", "en", "en"},
		{"ar", "en", "en"},
		{"*", "en", "en"},
		{"", "en", "en"},
		{"fr;q=x", "en", "en"},
		{strings.Repeat("nb,", 400), "en", "en"},
	}
	for _, tt := range tests {
		if got := b.Match(tt.header, tt.fallback); got != tt.want {
			t.Errorf("Match(%.40q, %q) = %q, want %q", tt.header, tt.fallback, got, tt.want)
		}
	}
}

func TestFor(t *testing.T) {
	t.Parallel()
	b := load(t)
	for lang, want := range map[string]string{"nb": "nb", "en": "en", "fr": "nb", "": "nb"} {
		if got := b.For(lang).Lang(); got != want {
			t.Errorf("For(%q).Lang() = %q, want %q", lang, got, want)
		}
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	b := load(t)
	nb, en := b.For("nb"), b.For("en")
	tests := []struct{ name, got, want string }{
		{"plain nb", nb.T("format.ago.yesterday"), "i går"},
		{"plain en", en.T("format.ago.yesterday"), "yesterday"},
		{"pairs", en.T("format.money.from", "Money", "NOK 5"), "from NOK 5"},
		{"map", nb.T("format.money.from", map[string]any{"Money": "5 kr"}), "fra 5 kr"},
		{"markup is left to the template", en.T("format.money.from", "Money", "<b>"), "from <b>"},
		{"one", en.N("format.ago.days", 1), "one day ago"},
		{"none", en.N("format.ago.days", 0), "0 days ago"},
		{"many nb", nb.N("format.ago.days", 12345), "for 12\u202f345 dager siden"},
		{"many en", en.N("format.ago.days", 12345), "12,345 days ago"},
		{"count of a text without plural", en.N("format.ago.yesterday", 1), "yesterday"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
	if !en.Has("format.ago.now") || en.Has("no.such.key") {
		t.Error("Has tells keys apart wrongly")
	}
}

func TestMissingTextsAreReported(t *testing.T) {
	t.Parallel()
	b := load(t)
	var reported []string
	b.Missing = func(lang, key string) { reported = append(reported, lang+" "+key) }
	en := b.For("en")
	got := []string{
		en.T("no.such.key"),
		en.N("no.such.plural", 2),
		en.T("format.money.from"),
		en.T("format.money.from", "Money"),
		en.T("format.money.from", 1, 2),
	}
	want := []string{"no.such.key", "no.such.plural", "format.money.from", "format.money.from", "format.money.from"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want the keys %q", got, want)
	}
	for i := range want {
		want[i] = "en " + want[i]
	}
	if !slices.Equal(reported, want) {
		t.Errorf("reported %q, want %q", reported, want)
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	b := load(t)
	nb, en := b.For("nb"), b.For("en")
	at := time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)
	tests := []struct{ name, nb, wantNB, en, wantEN string }{
		{"date", nb.Date(at), "23. november 2026", en.Date(at), "23 November 2026"},
		{"month", nb.Month(at), "november 2026", en.Month(at), "November 2026"},
		{"first of May", nb.Date(at.AddDate(0, -6, -22)), "1. mai 2026", en.Date(at.AddDate(0, -6, -22)), "1 May 2026"},
		{"time", nb.DateTime(at), "23. november 2026 kl. 14:05", en.DateTime(at), "23 November 2026 at 14:05"},
		{"int", nb.Num(1234567), "1\u202f234\u202f567", en.Num(1234567), "1,234,567"},
		{"int64", nb.Num(int64(999)), "999", en.Num(int64(999)), "999"},
		{"float", nb.Num(1234.567), "1\u202f234,57", en.Num(1234.567), "1,234.57"},
		{"negative", nb.Num(-5), "−5", en.Num(-5), "-5"},
		{"no bytes", nb.Bytes(0), "0\u00a0B", en.Bytes(0), "0\u00a0B"},
		{"bytes", nb.Bytes(1_240_000), "1,2\u00a0MB", en.Bytes(1_240_000), "1.2\u00a0MB"},
		{"large bytes", nb.Bytes(600_000_000), "600\u00a0MB", en.Bytes(600_000_000), "600\u00a0MB"},
		{"bytes just below a unit", nb.Bytes(999_999), "1\u00a0MB", en.Bytes(999_999), "1\u00a0MB"},
	}
	for _, tt := range tests {
		if tt.nb != tt.wantNB {
			t.Errorf("%s in nb: got %q, want %q", tt.name, tt.nb, tt.wantNB)
		}
		if tt.en != tt.wantEN {
			t.Errorf("%s in en: got %q, want %q", tt.name, tt.en, tt.wantEN)
		}
	}
}

func TestMoney(t *testing.T) {
	t.Parallel()
	b := load(t)
	low, high := new(550000.0), new(650000.0)
	tests := []struct {
		min, max         *float64
		currency, period string
		wantNB, wantEN   string
	}{
		{low, high, "NOK", "year", "550\u202f000–650\u202f000\u00a0kr per år", "NOK\u00a0550,000–650,000 per year"},
		{low, nil, "NOK", "YEAR", "fra 550\u202f000\u00a0kr per år", "from NOK\u00a0550,000 per year"},
		{nil, high, "nok", "year", "inntil 650\u202f000\u00a0kr per år", "up to NOK\u00a0650,000 per year"},
		{low, low, "EUR", "", "550\u202f000\u00a0EUR", "EUR\u00a0550,000"},
		{new(245.5), nil, "NOK", "hour", "fra 245,50\u00a0kr per time", "from NOK\u00a0245.50 per hour"},
		{low, nil, "", "fortnight", "fra 550\u202f000", "from 550,000"},
		{nil, nil, "NOK", "year", "", ""},
	}
	for _, tt := range tests {
		if got := b.For("nb").Money(tt.min, tt.max, tt.currency, tt.period); got != tt.wantNB {
			t.Errorf("nb: got %q, want %q", got, tt.wantNB)
		}
		if got := b.For("en").Money(tt.min, tt.max, tt.currency, tt.period); got != tt.wantEN {
			t.Errorf("en: got %q, want %q", got, tt.wantEN)
		}
	}
}

func TestAgo(t *testing.T) {
	t.Parallel()
	p := load(t).For("en")
	now := time.Date(2026, 11, 23, 14, 0, 0, 0, time.FixedZone("Oslo", 3600))
	tests := []struct {
		ago  time.Duration
		want string
	}{
		{0, "just now"},
		{-30 * time.Second, "just now"},
		{-time.Hour, "23 November 2026"},
		{59 * time.Second, "just now"},
		{time.Minute, "one minute ago"},
		{59 * time.Minute, "59 minutes ago"},
		{time.Hour, "one hour ago"},
		{11 * time.Hour, "11 hours ago"},
		{13*time.Hour + 59*time.Minute, "13 hours ago"},
		{14*time.Hour + time.Minute, "yesterday"},
		{38 * time.Hour, "yesterday"},
		{39 * time.Hour, "2 days ago"},
		{6 * 24 * time.Hour, "6 days ago"},
		{7 * 24 * time.Hour, "16 November 2026"},
	}
	for _, tt := range tests {
		// The moment comes from the database in UTC, the reader's zone is that of now.
		if got := p.Ago(now.Add(-tt.ago).UTC(), now); got != tt.want {
			t.Errorf("Ago(%v) = %q, want %q", tt.ago, got, tt.want)
		}
	}
}

func TestPrinterIsSharedByRequests(t *testing.T) {
	t.Parallel()
	p := load(t).For("nb")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 200 {
				if got, want := p.N("format.ago.days", 1000+i%2, "Unused", i), "for 1\u202f00"; !strings.HasPrefix(got, want) {
					t.Errorf("got %q, want the prefix %q", got, want)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkText(b *testing.B) {
	bundle, err := i18n.Load()
	if err != nil {
		b.Fatal(err)
	}
	p := bundle.For("en")
	for b.Loop() {
		p.T("format.money.from", "Money", "NOK 5")
	}
}
