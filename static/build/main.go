// Command build bundles static/src into static/dist under names that carry a hash of what is in them.
package main

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// bundles are the entry points that esbuild puts together, relative to the source folder.
var bundles = []string{
	"css/app.css", "css/kiosk.css", "css/landing.css", "css/record.css",
	"js/app.js", "js/board.js", "js/captions.js", "js/clip.js", "js/feedback.js", "js/kiosk.js", "js/landing.js", "js/plot.js", "js/report.js", "js/share.js", "js/upload.js", "js/record.js",
}

// copies are the files that are taken as they are.
var copies = []string{
	"img/apple-touch-icon.png", "img/favicon.svg", "img/icons.svg",
}

func main() {
	if err := run("static/src", "static/dist"); err != nil {
		log.Fatal(err)
	}
}

// run builds every bundle of src anew into dist, which then holds nothing else.
func run(src, dist string) error {
	outputs := map[string][]byte{}
	for _, entry := range bundles {
		content, err := bundle(filepath.Join(src, entry))
		if err != nil {
			return err
		}
		outputs[filepath.Base(entry)] = content
	}
	for _, name := range copies {
		content, err := os.ReadFile(filepath.Join(src, name))
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		outputs[filepath.Base(name)] = content
	}
	return write(dist, outputs)
}

// bundle returns one entry point with all it imports, minified for browsers of 2022 and later.
func bundle(path string) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{path},
		Bundle:            true,
		MinifySyntax:      true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		Format:            api.FormatIIFE,
		LegalComments:     api.LegalCommentsNone,
		Charset:           api.CharsetUTF8,
		Outdir:            "out",
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "99"},
			{Name: api.EngineFirefox, Version: "98"},
			{Name: api.EngineSafari, Version: "15.4"},
		},
	})
	if len(result.Errors) > 0 {
		messages := api.FormatMessages(result.Errors, api.FormatMessagesOptions{})
		return nil, fmt.Errorf("bundle %s: %s", path, strings.Join(messages, "\n"))
	}
	if len(result.OutputFiles) != 1 {
		return nil, fmt.Errorf("bundle %s: %d output files, want one", path, len(result.OutputFiles))
	}
	return result.OutputFiles[0].Contents, nil
}

// write replaces the content of dist by the outputs and the manifest that maps plain names to hashed ones.
func write(dist string, outputs map[string][]byte) error {
	if err := os.RemoveAll(dist); err != nil {
		return fmt.Errorf("empty %s: %w", dist, err)
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return fmt.Errorf("make %s: %w", dist, err)
	}
	manifest := map[string]string{}
	for name, content := range outputs {
		manifest[name] = hashed(name, content)
		if err := os.WriteFile(filepath.Join(dist, manifest[name]), content, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	list, err := json.MarshalIndent(manifest, "", "  ") // map keys come out sorted
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dist, "manifest.json"), append(list, '\n'), 0o644); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		fmt.Printf("%8d  %s\n", len(outputs[name]), manifest[name])
	}
	return nil
}

// hashed returns name with the first 40 bits of the content's SHA-256 before its ending.
func hashed(name string, content []byte) string {
	sum := sha256.Sum256(content)
	ext := filepath.Ext(name)
	return strings.TrimSuffix(name, ext) + "-" + base32.StdEncoding.EncodeToString(sum[:5]) + ext
}
