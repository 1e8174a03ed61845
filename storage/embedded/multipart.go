package embedded

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3response"
)

// beingCompleted ends the name that the gateway gives an upload's folder
// while it makes the object: <upload>.<etag>.inprogress.
const beingCompleted = ".inprogress"

// uploadDir is where the gateway keeps the parts of an upload.
func uploadDir(bucket, key, upload string) string {
	return filepath.Join(bucket, posix.MetaTmpMultipartDir, fmt.Sprintf("%x", sha256.Sum256([]byte(key))), upload)
}

func (f *folder) CreateMultipartUpload(ctx context.Context, in s3response.CreateMultipartUploadInput) (s3response.InitiateMultipartUploadResult, error) {
	name := *in.Bucket
	in.Bucket = f.in(&name)
	out, err := f.posix.CreateMultipartUpload(ctx, in)
	if err != nil {
		return out, err
	}
	out.Bucket = name
	return out, f.disk.keep(uploadDir(*in.Bucket, *in.Key, out.UploadId), *in.Bucket)
}

func (f *folder) UploadPart(ctx context.Context, in *s3.UploadPartInput) (*s3.UploadPartOutput, error) {
	in.Bucket = f.in(in.Bucket)
	out, err := f.posix.UploadPart(ctx, in)
	if err != nil {
		return out, refusal(err)
	}
	dir := uploadDir(*in.Bucket, *in.Key, *in.UploadId)
	if err := f.disk.keep(filepath.Join(dir, strconv.Itoa(int(*in.PartNumber))), dir); err != nil {
		return nil, err
	}
	return out, nil
}

func (f *folder) ListParts(ctx context.Context, in *s3.ListPartsInput) (s3response.ListPartsResult, error) {
	name := *in.Bucket
	in.Bucket = f.in(&name)
	out, err := f.posix.ListParts(ctx, in)
	out.Bucket = name
	return out, err
}

func (f *folder) ListMultipartUploads(ctx context.Context, in *s3.ListMultipartUploadsInput) (s3response.ListMultipartUploadsResult, error) {
	name := *in.Bucket
	in.Bucket = f.in(&name)
	out, err := f.posix.ListMultipartUploads(ctx, in)
	out.Bucket = name
	return out, err
}

func (f *folder) AbortMultipartUpload(ctx context.Context, in *s3.AbortMultipartUploadInput) error {
	defer f.alone(*in.UploadId)()
	in.Bucket = f.in(in.Bucket)
	return f.posix.AbortMultipartUpload(ctx, in)
}

func (f *folder) CompleteMultipartUpload(ctx context.Context, in *s3.CompleteMultipartUploadInput) (s3response.CompleteMultipartUploadResult, string, error) {
	defer f.alone(*in.UploadId)()
	name := in.Bucket
	in.Bucket = f.in(name)
	out, version, err := f.posix.CompleteMultipartUpload(ctx, in)
	if err != nil {
		return out, version, refusal(err)
	}
	out.Bucket = name
	return out, version, f.disk.keep(filepath.Join(*in.Bucket, *in.Key), *in.Bucket)
}

// alone keeps two completions of one upload apart; call what it returns to let
// the next one in.
func (f *folder) alone(upload string) (release func()) {
	f.mu.Lock()
	turn := f.completing[upload]
	if turn == nil {
		turn = new(sync.Mutex)
		f.completing[upload] = turn
	}
	f.waiting[upload]++
	f.mu.Unlock()
	turn.Lock()
	return func() {
		turn.Unlock()
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.waiting[upload]--; f.waiting[upload] == 0 {
			delete(f.completing, upload)
			delete(f.waiting, upload)
		}
	}
}

// restoreUploads gives back the uploads whose completion a crash cut short.
// The gateway would take such a folder for a completion that is still running
// and answer success for ever, without an object.
func (f *folder) restoreUploads(m meta.MetadataStorer) error {
	stuck, err := filepath.Glob(filepath.Join(f.disk.root, "*", posix.MetaTmpMultipartDir, "*", "*"+beingCompleted))
	if err != nil {
		return fmt.Errorf("unfinished completions: %w", err)
	}
	for _, dir := range stuck {
		upload, _, _ := strings.Cut(filepath.Base(dir), ".")
		back := filepath.Join(filepath.Dir(dir), upload)
		rel, err := filepath.Rel(f.disk.root, dir)
		if err != nil {
			return fmt.Errorf("unfinished completion: %w", err)
		}
		bucket, object, _ := strings.Cut(rel, string(filepath.Separator))
		if err := m.RenameObject(filepath.Join(f.disk.root, bucket), object, filepath.Join(filepath.Dir(object), upload)); err != nil &&
			!errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("unfinished completion %s: %w", upload, err)
		}
		if err := os.Rename(dir, back); err != nil {
			return fmt.Errorf("unfinished completion %s: %w", upload, err)
		}
		if err := f.disk.keep(back, filepath.Dir(back)); err != nil {
			return err
		}
	}
	return nil
}
