package tracking

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oschwald/maxminddb-golang/v2"
)

// CountryFile is the operator's database of which country an address is in, within the data folder. There need not be one.
const CountryFile = "country.mmdb"

// Countries tells which country an address is in, by a file in MaxMind's format that the operator puts into the data folder. It is
// taken up when it comes, changes or goes, without a restart. It is safe for concurrent use.
type Countries struct {
	path string
	log  *slog.Logger

	held atomic.Pointer[maxminddb.Reader] // nil where there is no file, or none that can be read

	mu      sync.Mutex // of what follows
	size    int64
	changed time.Time
}

// NewCountries reads the file at path, if there is one.
func NewCountries(path string, log *slog.Logger) *Countries {
	c := &Countries{path: path, log: log}
	c.Refresh()
	return c
}

// Of is the country of ip in ISO 3166 alpha-2, empty where it is not known.
func (c *Countries) Of(ip netip.Addr) string {
	r := c.held.Load()
	if r == nil || !ip.IsValid() {
		return ""
	}
	return countryCode(r.Lookup(ip))
}

// countryCode reads the flat form of ip-location-db and DB-IP's repacks, then that of GeoLite2 and its like.
func countryCode(found maxminddb.Result) string {
	for _, path := range [...][]any{{"country_code"}, {"country", "iso_code"}} {
		var code string
		if found.DecodePath(&code, path...) == nil && isCountryCode(code) {
			return code
		}
	}
	return ""
}

func isCountryCode(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z' && s != "ZZ"
}

// Refresh takes the file up anew where it is not what it was. A file that cannot be read is said once, and no country is known.
func (c *Countries) Refresh() {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := os.Stat(c.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if c.held.Swap(nil) != nil {
			c.log.Info("the country database is gone, no country is recorded", "file", c.path)
		}
		c.size, c.changed = 0, time.Time{}
		return
	case err == nil && info.Size() == c.size && info.ModTime().Equal(c.changed):
		return
	case err == nil:
		c.size, c.changed = info.Size(), info.ModTime()
	}
	r, err := openCountries(c.path)
	if err != nil {
		c.held.Store(nil)
		c.log.Warn("the country database cannot be read, no country is recorded", "file", c.path, "error", err.Error())
		return
	}
	c.held.Store(r)
	c.log.Info("countries are recorded", "file", c.path, "built", r.Metadata.BuildTime().UTC().Format(time.DateOnly), "type", r.Metadata.DatabaseType)
}

// openCountries reads the whole file: one that is mapped would end the program when it is written over.
func openCountries(path string) (*maxminddb.Reader, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r, err := maxminddb.OpenBytes(b)
	if err != nil {
		return nil, err
	}
	for found := range r.Networks() {
		if countryCode(found) != "" {
			return r, nil
		}
	}
	return nil, fmt.Errorf("%s has no countries in it", r.Metadata.DatabaseType)
}

// LookAtCountries says what stands at path, for whoever checks an installation: empty where there is no file.
func LookAtCountries(path string) (seen string, err error) {
	r, err := openCountries(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	}
	return fmt.Sprintf("%s of %s", r.Metadata.DatabaseType, r.Metadata.BuildTime().UTC().Format(time.DateOnly)), nil
}
