package demo

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/text/encoding/charmap"

	"kollega/internal/document"
	"kollega/models"
	"kollega/storage"
)

// withCV is how many of the newest applications bring a CV: enough to see one, few enough to store at any scale.
const withCV = 30

// cv puts an invented CV into private storage and returns its key and its size.
func (d *demo) cv(ctx context.Context, name string, j job) (key string, size int, err error) {
	key = models.CVKeys + uuid.NewString()
	file := onePage(name, j.job.Title, "", "2019-2025  Solvikfjord AS", "2016-2019  Nordvik AS", "", "Invented for a demonstration.")
	return key, len(file), d.Store.Put(ctx, key, bytes.NewReader(file), storage.PutOptions{ContentType: document.PDF.Type})
}

// onePage is a PDF of one page with those lines, the first larger (PDF 1.4, ISO 32000-1, 7.5).
func onePage(lines ...string) []byte {
	var page strings.Builder
	page.WriteString("BT 60 770 Td 24 TL /F 18 Tf\n")
	for i, line := range lines {
		if i == 1 {
			page.WriteString("/F 12 Tf 20 TL\n")
		}
		fmt.Fprintf(&page, "<%x> Tj T*\n", latin(line))
	}
	page.WriteString("ET")
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 4 0 R>>>>/Contents 5 0 R>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", page.Len(), page.String()),
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	starts := make([]int, len(objects))
	for i, o := range objects {
		starts[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range starts {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return b.Bytes()
}

// latin is a text as the page's font has it; what it lacks loses its accent.
func latin(s string) []byte {
	var out []byte
	for _, r := range strings.NewReplacer("ś", "s", "Ś", "S").Replace(s) {
		b, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			b = '?'
		}
		out = append(out, b)
	}
	return out
}
