// Package document tells by its content whether a file is a CV that may be kept: PDF, DOCX or ODT, and nothing that runs.
package document

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// MaxSize is the largest document, in bytes.
const MaxSize = 10 << 20

// Why a file is refused; test with errors.Is.
var (
	ErrEmpty  = errors.New("file is empty")
	ErrTooBig = errors.New("file is larger than a document may be")
	ErrKind   = errors.New("file is no PDF, DOCX or ODT")
	ErrMacros = errors.New("document contains macros")
)

// Kind is what a document is.
type Kind struct {
	Type string // media type
	Ext  string // with its dot
}

// The kinds of document.
var (
	PDF  = Kind{"application/pdf", ".pdf"}
	DOCX = Kind{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"}
	ODT  = Kind{"application/vnd.oasis.opendocument.text", ".odt"}
)

const (
	sniffed    = 3072    // bytes that the library looks at
	maxEntries = 5000    // files within a document: real ones have dozens
	maxPart    = 1 << 20 // bytes of a part that is read
)

// Check tells what kind of document the file is, by its content alone; its name and what the browser says of it do not count.
func Check(file io.ReaderAt, size int64) (Kind, error) {
	switch {
	case size == 0:
		return Kind{}, ErrEmpty
	case size > MaxSize:
		return Kind{}, ErrTooBig
	}
	head := make([]byte, min(size, sniffed))
	if _, err := file.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return Kind{}, fmt.Errorf("read document: %w", err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")) && mimetype.Detect(head).Is(PDF.Type):
		return PDF, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")): // the reader below would also take an archive behind a program
		return checkArchive(file, size)
	}
	return Kind{}, ErrKind
}

// checkArchive looks for the parts that make an archive a document, and for those that make it a program.
func checkArchive(file io.ReaderAt, size int64) (Kind, error) {
	archive, err := zip.NewReader(file, size)
	if err != nil || len(archive.File) > maxEntries {
		return Kind{}, ErrKind
	}
	parts := make(map[string]*zip.File, len(archive.File))
	macros := false
	for _, f := range archive.File {
		parts[f.Name] = f
		macros = macros || runs(f.Name)
	}
	var kind Kind
	switch {
	case parts["word/document.xml"] != nil:
		kind = DOCX
		types := read(parts["[Content_Types].xml"])
		macros = macros || strings.Contains(types, "macroEnabled")
		if !macros && !strings.Contains(types, "wordprocessingml.document.main+xml") {
			return Kind{}, ErrKind
		}
	case parts["content.xml"] != nil && strings.TrimSpace(read(parts["mimetype"])) == ODT.Type:
		kind = ODT
	default:
		return Kind{}, ErrKind
	}
	if macros {
		return Kind{}, ErrMacros
	}
	return kind, nil
}

// runs tells whether a part of a document holds macros: Word's project, or LibreOffice's Basic and script folders.
func runs(name string) bool {
	name = strings.ToLower(name)
	return path.Base(name) == "vbaproject.bin" || path.Base(name) == "vbadata.xml" ||
		strings.HasPrefix(name, "basic/") || strings.HasPrefix(name, "scripts/")
}

// read is the beginning of a part; empty where it is missing or broken.
func read(part *zip.File) string {
	if part == nil {
		return ""
	}
	r, err := part.Open()
	if err != nil {
		return ""
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxPart))
	if err != nil {
		return ""
	}
	return string(text)
}
