package storage_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"kollega/storage"
	"kollega/storage/storagetest"
)

// upload puts parts through the handler, as a browser does.
func upload(t *testing.T, s *storage.Store, h http.Handler, key string, parts ...[]byte) (id string, done []storage.Part) {
	t.Helper()
	web := httptest.NewServer(h)
	defer web.Close()
	id, err := s.CreateUpload(t.Context(), key, "video/mp4")
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range parts {
		address, err := s.PresignPart(t.Context(), key, id, i+1, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequest(http.MethodPut, web.URL+strings.TrimPrefix(address, storagetest.PublicURL), bytes.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		res, err := web.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Fatalf("part %d: got %s", i+1, res.Status)
		}
		done = append(done, storage.Part{Number: i + 1, ETag: res.Header.Get("ETag")})
	}
	return id, done
}

func TestUpload(t *testing.T) {
	t.Parallel()
	s, h := storagetest.New(t)
	ctx := t.Context()
	first, last := random(5<<20, 3), random(1234, 4)
	id, parts := upload(t, s, h, "o/blåbær", first, last)

	got, err := s.Parts(ctx, "o/blåbær", id)
	if err != nil || len(got) != 2 || got[0].Size != 5<<20 || got[1].ETag != parts[1].ETag {
		t.Fatalf("parts: got %+v, %v", got, err)
	}
	wrong := slices.Clone(parts)
	wrong[1].ETag = wrong[0].ETag
	for name, bad := range map[string][]storage.Part{
		"wrong ETag": wrong, "not an MD5": {{Number: 1, ETag: "x"}}, "none": nil, "one too many": append(slices.Clone(parts), storage.Part{Number: 3, ETag: parts[0].ETag}),
	} {
		if err := s.CompleteUpload(ctx, "o/blåbær", id, bad); !errors.Is(err, storage.ErrBadParts) {
			t.Errorf("%s: got %v, want ErrBadParts", name, err)
		}
	}
	slices.Reverse(parts) // the order they were sent in does not matter
	for range 3 {
		if err := s.CompleteUpload(ctx, "o/blåbær", id, parts); err != nil {
			t.Fatalf("complete: %v", err)
		}
	}
	o, content := get(t, s, "o/blåbær", "")
	if !bytes.Equal(content, append(first, last...)) || o.ContentType != "video/mp4" {
		t.Errorf("got %d bytes of %s", len(content), o.ContentType)
	}
	if _, err := s.Parts(ctx, "o/blåbær", id); !errors.Is(err, storage.ErrNoUpload) {
		t.Errorf("parts after completion: got %v, want ErrNoUpload", err)
	}
}

func TestCompletingAtOnce(t *testing.T) {
	t.Parallel()
	s, h := storagetest.New(t)
	data := random(20<<20, 5)
	id, parts := upload(t, s, h, "o/twice", data)
	errs := make(chan error)
	for range 4 {
		go func() {
			err := s.CompleteUpload(t.Context(), "o/twice", id, parts)
			if err == nil {
				_, err = s.Head(t.Context(), "o/twice") // success means that it stands
			}
			errs <- err
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestAbort(t *testing.T) {
	t.Parallel()
	s, h := storagetest.New(t)
	ctx := t.Context()
	id, parts := upload(t, s, h, "o/gone", []byte("x"))
	uploads, err := s.Uploads(ctx)
	if err != nil || len(uploads) != 1 || uploads[0].Key != "o/gone" || uploads[0].ID != id || time.Since(uploads[0].Initiated) > time.Minute {
		t.Fatalf("uploads: got %+v, %v", uploads, err)
	}
	for range 2 {
		if err := s.AbortUpload(ctx, "o/gone", id); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.CompleteUpload(ctx, "o/gone", id, parts); !errors.Is(err, storage.ErrNoUpload) {
		t.Errorf("complete after abort: got %v, want ErrNoUpload", err)
	}
	if uploads, err := s.Uploads(ctx); err != nil || len(uploads) != 0 {
		t.Errorf("uploads after abort: got %+v, %v", uploads, err)
	}
}
