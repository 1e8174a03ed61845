package postgres

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// minMajor is the oldest PostgreSQL that Kollega's schema and queries are made for.
const minMajor = 15

// ErrNoBinaries means that no PostgreSQL server programs of a usable version are installed.
var ErrNoBinaries = errors.New("no PostgreSQL server programs (15 or newer) found: install them " +
	"(Debian, Ubuntu: apt install postgresql; macOS: brew install postgresql@17), or set KOLLEGA_DATABASE_URL")

// VersionError means that the data was made by a major version of PostgreSQL that is not installed.
// The data is left as it is.
type VersionError struct {
	Dir   string // folder of the data
	Data  int    // major version that made the data
	Found []int  // major versions installed, newest first
}

// Error says which package to install.
func (e *VersionError) Error() string {
	found := make([]string, len(e.Found))
	for i, major := range e.Found {
		found[i] = strconv.Itoa(major)
	}
	return fmt.Sprintf("the data in %s was made by PostgreSQL %[2]d, but the programs found are of version %[3]s: install version %[2]d "+
		"(Debian, Ubuntu: apt install postgresql-%[2]d; macOS: brew install postgresql@%[2]d), "+
		"or bring the data to the new version with pg_upgrade; nothing was changed", e.Dir, e.Data, strings.Join(found, ", "))
}

// binaryPlaces are where packages of Debian, Red Hat, Alpine, Homebrew, MacPorts and Postgres.app put the programs.
var binaryPlaces = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/usr/libexec/postgresql*",
	"/opt/homebrew/opt/postgresql*/bin",
	"/usr/local/opt/postgresql*/bin",
	"/opt/local/lib/postgresql*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
	"/usr/local/pgsql/bin",
}

// FindBinaries looks for the folder with initdb and postgres of the wanted major version; 0 takes the newest.
// Errors: ErrNoBinaries when there are none at all, *VersionError when there are others only.
func FindBinaries(wantMajor int) (dir string, major int, err error) {
	var places []string
	if path, err := exec.LookPath("postgres"); err == nil {
		places = append(places, filepath.Dir(path))
	}
	for _, pattern := range binaryPlaces {
		dirs, _ := filepath.Glob(pattern) // the patterns are well-formed
		places = append(places, dirs...)
	}
	return chooseBinaries(wantMajor, places)
}

func chooseBinaries(wantMajor int, places []string) (dir string, major int, err error) {
	found := map[int]string{}
	for _, dir := range places {
		if major, err := binariesMajor(dir); err == nil && major >= minMajor && found[major] == "" {
			found[major] = dir
		}
	}
	majors := slices.SortedFunc(maps.Keys(found), func(a, b int) int { return b - a })
	if len(majors) == 0 {
		return "", 0, ErrNoBinaries
	}
	major = wantMajor
	if major == 0 {
		major = majors[0]
	}
	if found[major] == "" {
		return "", 0, &VersionError{Data: wantMajor, Found: majors}
	}
	return found[major], major, nil
}

var versionWords = regexp.MustCompile(`^postgres \(PostgreSQL\) (\d+)`)

// binariesMajor is the major version of the programs in dir.
func binariesMajor(dir string) (int, error) {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return 0, err
	}
	out, err := exec.Command(filepath.Join(dir, "postgres"), "-V").Output()
	if err != nil {
		return 0, err
	}
	m := versionWords.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("%s/postgres -V answers %q", dir, out)
	}
	return strconv.Atoi(string(m[1]))
}

// selectBinaries finds the programs that fit the data; dataMajor 0 means that there is none yet.
func selectBinaries(o Options, data string, dataMajor int) (string, error) {
	if o.BinDir != "" {
		major, err := binariesMajor(o.BinDir)
		if err != nil {
			return "", fmt.Errorf("%w; not in %s: %w", ErrNoBinaries, o.BinDir, err)
		}
		if dataMajor != 0 && major != dataMajor {
			return "", &VersionError{Dir: data, Data: dataMajor, Found: []int{major}}
		}
		return filepath.Abs(o.BinDir)
	}
	dir, _, err := FindBinaries(dataMajor)
	if version, ok := errors.AsType[*VersionError](err); ok {
		version.Dir = data
	}
	return dir, err
}
