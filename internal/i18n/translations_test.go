package i18n_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	placeholder = regexp.MustCompile(`\{\{\.([A-Z][A-Za-z0-9]*)\}\}`)
	keyShape    = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`)
)

// entry is one translation; one is empty for a text without a plural.
type entry struct{ one, other string }

// readFile returns the keys in the order of the file and what they hold.
func readFile(t *testing.T, lang string) ([]string, map[string]entry) {
	t.Helper()
	raw, err := os.ReadFile(lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if _, err := dec.Token(); err != nil {
		t.Fatalf("%s.json: %v", lang, err)
	}
	var keys []string
	entries := map[string]entry{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			t.Fatalf("%s.json: %v", lang, err)
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			t.Fatalf("%s.json: %v: %v", lang, key, err)
		}
		keys = append(keys, key.(string))
		entries[key.(string)] = readEntry(t, lang, key.(string), value)
	}
	return keys, entries
}

func readEntry(t *testing.T, lang, key string, value json.RawMessage) entry {
	t.Helper()
	var text string
	if json.Unmarshal(value, &text) == nil {
		return entry{other: text}
	}
	var plural map[string]string
	if err := json.Unmarshal(value, &plural); err != nil {
		t.Fatalf("%s.json: %s: neither a text nor a plural: %v", lang, key, err)
	}
	if len(plural) != 2 || plural["one"] == "" || plural["other"] == "" {
		t.Errorf("%s.json: %s: got plural forms %v, want one and other", lang, key, plural)
	}
	return entry{one: plural["one"], other: plural["other"]}
}

func placeholders(text string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestFilesAreInOrder(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"nb", "en"} {
		keys, entries := readFile(t, lang)
		for i, key := range keys {
			if i > 0 && keys[i-1] >= key {
				t.Errorf("%s.json: %q after %q: keys must be sorted and stand once", lang, key, keys[i-1])
			}
			if !keyShape.MatchString(key) {
				t.Errorf("%s.json: %q: want lower-case words joined by dots", lang, key)
			}
			checkText(t, lang, key, entries[key])
		}
	}
}

func checkText(t *testing.T, lang, key string, e entry) {
	t.Helper()
	texts := []string{e.other}
	if e.one != "" {
		texts = append(texts, e.one)
	}
	for _, text := range texts {
		if strings.TrimSpace(text) == "" {
			t.Errorf("%s.json: %s is empty", lang, key)
		}
		if rest := placeholder.ReplaceAllString(text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
			t.Errorf("%s.json: %s: %q has more than plain {{.Name}} placeholders", lang, key, text)
		}
	}
	// "one" may say the count as a word, but nothing else may be lost.
	if e.one != "" {
		want := placeholders(e.other)
		got := placeholders(e.one + "{{.Count}}")
		if !slices.Contains(want, "Count") {
			want = placeholders(e.other + "{{.Count}}")
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s.json: %s: one has %v, other has %v", lang, key, got, want)
		}
	}
}

func TestLanguagesAreLevel(t *testing.T) {
	t.Parallel()
	nbKeys, nb := readFile(t, "nb")
	enKeys, en := readFile(t, "en")
	for _, key := range nbKeys {
		if _, ok := en[key]; !ok {
			t.Errorf("%s is in nb.json but not in en.json", key)
		}
	}
	for _, key := range enKeys {
		if _, ok := nb[key]; !ok {
			t.Errorf("%s is in en.json but not in nb.json", key)
			continue
		}
		if (nb[key].one == "") != (en[key].one == "") {
			t.Errorf("%s is a plural in one language only", key)
		}
		if got, want := placeholders(en[key].other), placeholders(nb[key].other); !slices.Equal(got, want) {
			t.Errorf("%s: placeholders are %v in en.json, %v in nb.json", key, got, want)
		}
	}
}
