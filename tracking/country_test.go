package tracking

import (
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"kollega/models"
)

// flat and nested are the two forms that country databases come in.
func flat(code string) mmdbtype.DataType {
	return mmdbtype.Map{"country_code": mmdbtype.String(code)}
}

func nested(code string) mmdbtype.DataType {
	return mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String(code), "geoname_id": mmdbtype.Uint32(1)}}
}

// countryFile writes a database with two networks, the way a careful operator does: beside, then in its place.
func countryFile(t testing.TB, path, kind string, at time.Time, record func(string) mmdbtype.DataType, v4, v6 string) {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: kind, IncludeReservedNetworks: true, BuildEpoch: at.Unix()})
	if err != nil {
		t.Fatal(err)
	}
	for network, code := range map[string]string{"198.51.100.0/24": v4, "2001:db8::/32": v6} {
		_, n, err := net.ParseCIDR(network)
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.Insert(n, record(code)); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Create(path + ".new")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := tree.WriteTo(f); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path+".new", at, at); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func TestCountries(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), CountryFile)
	c := NewCountries(path, slog.New(slog.DiscardHandler))
	for i, step := range []struct {
		name   string
		do     func(at time.Time)
		v4, v6 string
	}{
		{"no file", func(time.Time) {}, "", ""},
		{"a file comes", func(at time.Time) { countryFile(t, path, "country ipvAll", at, flat, "NO", "SE") }, "NO", "SE"},
		{"the same file", func(time.Time) {}, "NO", "SE"},
		{"another form", func(at time.Time) { countryFile(t, path, "GeoLite2-Country", at, nested, "DK", "FI") }, "DK", "FI"},
		{"no country's codes", func(at time.Time) { countryFile(t, path, "country ipvAll", at, flat, "NO", "??") }, "NO", ""},
		{"no database", func(time.Time) { write(t, path, "not a database") }, "", ""},
		{"a database of something else", func(at time.Time) { countryFile(t, path, "ASN", at, flat, "", "") }, "", ""},
		{"well again", func(at time.Time) { countryFile(t, path, "country ipvAll", at, flat, "IS", "GB") }, "IS", "GB"},
		{"gone", func(time.Time) { os.Remove(path) }, "", ""},
	} {
		step.do(noon.Add(time.Duration(i) * time.Hour))
		c.Refresh()
		for ip, want := range map[string]string{"198.51.100.7": step.v4, "2001:db8:1::7": step.v6, "203.0.113.1": "", "::1": ""} {
			if got := c.Of(netip.MustParseAddr(ip)); got != want {
				t.Errorf("%s: %s is in %q, want %q", step.name, ip, got, want)
			}
		}
		if got := c.Of(netip.Addr{}); got != "" {
			t.Errorf("%s: no address is in %q", step.name, got)
		}
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestCountryOfAClick finds the country with the event when the operator has supplied a database, and none before.
func TestCountryOfAClick(t *testing.T) {
	t.Parallel()
	c := newClock(noon)
	db, dir := newDB(t, c), t.TempDir()
	tr := newTracker(t, dir, db)
	click := func() {
		t.Helper()
		c.move(time.Second)
		if _, _, err := tr.Click(t.Context(), from(&browsers[15], "198.51.100.7"), newWhere(), uuid.Nil); err != nil {
			t.Fatal(err)
		}
	}
	click()
	countryFile(t, filepath.Join(dir, CountryFile), "country ipvAll", noon, flat, "NO", "SE")
	tr.upkeep(t.Context()) // as every minute
	click()
	finish(t, tr)
	if got := one[string](t, db, `select string_agg(country, ',' order by at) from events where kind = $1`, models.KindClick); got != ",NO" {
		t.Errorf("countries = %q, want none, then NO", got)
	}
}

func BenchmarkCountry(b *testing.B) {
	path := filepath.Join(b.TempDir(), CountryFile)
	countryFile(b, path, "country ipvAll", noon, flat, "NO", "SE")
	c := NewCountries(path, slog.New(slog.DiscardHandler))
	ip := netip.MustParseAddr("198.51.100.7")
	b.ReportAllocs()
	for b.Loop() {
		if c.Of(ip) != "NO" {
			b.Fatal("not found")
		}
	}
}
