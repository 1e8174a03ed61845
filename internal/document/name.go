package document

import (
	"path"
	"strings"
	"unicode"
)

// maxName is the longest name that is kept, in characters, without its extension.
const maxName = 80

// CleanName is a stranger's file name for showing and saving: no folders, nothing invisible, the kind's own extension.
func CleanName(name string, kind Kind) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r), strings.ContainsRune(`<>:"|?*`, r):
			return -1
		}
		return r
	}, name)
	if ext := path.Ext(name); len(ext) <= 6 { // a longer one is a sentence with a full stop in it
		name = strings.TrimSuffix(name, ext)
	}
	name = strings.Trim(strings.Join(strings.Fields(name), " "), " ./")
	if runes := []rune(name); len(runes) > maxName {
		name = strings.TrimSpace(string(runes[:maxName]))
	}
	if name == "" {
		name = "CV"
	}
	return name + kind.Ext
}
