package document_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"kollega/internal/document"
)

// archive is a zip of these parts, names and contents alternating, in order.
func archive(parts ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		f, _ := w.Create(parts[i])
		_, _ = f.Write([]byte(parts[i+1]))
	}
	_ = w.Close()
	return b.Bytes()
}

const wordTypes = `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`

func TestCheck(t *testing.T) {
	t.Parallel()
	docx := archive("[Content_Types].xml", wordTypes, "word/document.xml", "<w:document/>")
	odt := archive("mimetype", document.ODT.Type, "content.xml", "<office:document-content/>")
	program := append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 200)...)
	for _, c := range []struct {
		name string
		file []byte
		want document.Kind
		err  error
	}{
		{"PDF", []byte("%PDF-1.7\n1 0 obj\n%%EOF\n"), document.PDF, nil},
		{"DOCX", docx, document.DOCX, nil},
		{"ODT", odt, document.ODT, nil},
		{"nothing", nil, document.Kind{}, document.ErrEmpty},
		{"too big", make([]byte, document.MaxSize+1), document.Kind{}, document.ErrTooBig},
		{"Linux program", program, document.Kind{}, document.ErrKind},
		{"Windows program", append([]byte("MZ\x90\x00"), make([]byte, 200)...), document.Kind{}, document.ErrKind},
		{"script", []byte("#!/bin/sh\nrm -rf /\n"), document.Kind{}, document.ErrKind},
		{"web page", []byte("<!doctype html><script>alert(1)</script>"), document.Kind{}, document.ErrKind},
		{"text", []byte("my life"), document.Kind{}, document.ErrKind},
		{"program that mentions PDF", append(program, "%PDF-1.7"...), document.Kind{}, document.ErrKind},
		{"program with a document behind it", append(program, docx...), document.Kind{}, document.ErrKind},
		{"old Word", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...), document.Kind{}, document.ErrKind},
		{"zip", archive("hello.txt", "hi"), document.Kind{}, document.ErrKind},
		{"Java archive", archive("META-INF/MANIFEST.MF", "Main-Class: X", "X.class", "\xca\xfe\xba\xbe"), document.Kind{}, document.ErrKind},
		{"spreadsheet", archive("[Content_Types].xml", "<Types/>", "xl/workbook.xml", "<workbook/>"), document.Kind{}, document.ErrKind},
		{"zip that only claims", archive("[Content_Types].xml", "<Types/>", "word/document.xml", "x"), document.Kind{}, document.ErrKind},
		{"DOCM", archive("[Content_Types].xml", strings.ReplaceAll(wordTypes, "openxmlformats-officedocument.wordprocessingml.document.main", "ms-word.document.macroEnabled.main"),
			"word/document.xml", "x"), document.Kind{}, document.ErrMacros},
		{"DOCX with a macro project", archive("[Content_Types].xml", wordTypes, "word/document.xml", "x", "word/vbaProject.bin", "x"), document.Kind{}, document.ErrMacros},
		{"ODT with Basic", archive("mimetype", document.ODT.Type, "content.xml", "x", "Basic/Standard/Module1.xml", "x"), document.Kind{}, document.ErrMacros},
		{"ODS", archive("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "x"), document.Kind{}, document.ErrKind},
		{"cut DOCX", docx[:len(docx)/2], document.Kind{}, document.ErrKind},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := document.Check(bytes.NewReader(c.file), int64(len(c.file)))
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %v, %v, want %v, %v", got, err, c.want, c.err)
			}
		})
	}
}

func TestCleanName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"CV Kari Nordmann.pdf", "CV Kari Nordmann.pdf"},
		{"søknad.æøå.PDF", "søknad.æøå.pdf"},
		{`C:\Users\kari\cv.docx`, "cv.pdf"},
		{"../../etc/passwd", "passwd.pdf"},
		{"cv\u202efdp.exe", "cvfdp.pdf"},
		{"cv\r\nSet-Cookie: x.pdf", "cv Set-Cookie x.pdf"},
		{`"><script>.pdf`, "script.pdf"},
		{"", "CV.pdf"},
		{"...", "CV.pdf"},
		{"\xff\xfe", "CV.pdf"},
		{strings.Repeat("å", 300) + ".pdf", strings.Repeat("å", 80) + ".pdf"},
	} {
		if got := document.CleanName(c.in, document.PDF); got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte("%PDF-1.7"))
	f.Add(archive("[Content_Types].xml", wordTypes, "word/document.xml", "x"))
	f.Add(archive("mimetype", document.ODT.Type, "content.xml", "x"))
	f.Fuzz(func(t *testing.T, file []byte) {
		kind, err := document.Check(bytes.NewReader(file), int64(len(file)))
		if (err == nil) == (kind == document.Kind{}) {
			t.Errorf("got %v and %v", kind, err)
		}
	})
}
