package storage_test

import (
	"io"
	"strings"
	"testing"

	"kollega/storage"
	"kollega/storage/storagetest"
)

func TestRangeOfUnicodeKey(t *testing.T) {
	t.Parallel()
	s, _ := storagetest.New(t)
	if err := s.Put(t.Context(), "o/æ ø+1", strings.NewReader("hei"), storage.PutOptions{ContentType: "text/plain"}); err != nil {
		t.Fatal(err)
	}
	o, err := s.Get(t.Context(), "o/æ ø+1", "bytes=1-")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Body.Close()
	if got, err := io.ReadAll(o.Body); err != nil || string(got) != "ei" || o.Size != 3 || !o.Partial {
		t.Errorf("got %q of %d bytes, partial %t, %v", got, o.Size, o.Partial, err)
	}
}
