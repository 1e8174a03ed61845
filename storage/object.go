package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// PutOptions are headers that the object is later served with; "" leaves one out.
type PutOptions struct {
	ContentType  string
	CacheControl string
}

// Info describes an object. ContentType is known to Head only.
type Info struct {
	Key, ETag, ContentType string
	Size                   int64 // bytes
	Modified               time.Time
}

// Object is an object being read; Body must be closed.
type Object struct {
	Body         io.ReadCloser
	Size         int64 // of the whole object, bytes
	Length       int64 // of Body, bytes
	ContentType  string
	ContentRange string // as the header, where Partial
	ETag         string // quoted, as the header
	Modified     time.Time
	Partial      bool // Body is the range that was asked for
}

// Put stores body under key, replacing what stood there.
func (s *Store) Put(ctx context.Context, key string, body io.ReadSeeker, o PutOptions) error {
	if err := checkKey(key); err != nil {
		return err
	}
	_, err := s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.bucket, Key: &key, Body: body,
		ContentType: optional(o.ContentType), CacheControl: optional(o.CacheControl),
	})
	return failed("put", key, err)
}

// PutFile stores a local file under key.
func (s *Store) PutFile(ctx context.Context, key, path string, o PutOptions) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("storage: put %s: %w", key, err)
	}
	defer f.Close()
	return s.Put(ctx, key, f, o)
}

// Get opens an object, or the part of it that rangeHeader asks for ("" is the
// whole). The server must answer in a few seconds; reading may take any time.
func (s *Store) Get(ctx context.Context, key, rangeHeader string) (*Object, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(quickTimeout, func() { cancel(ErrTooLate) })
	out, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: &key, Range: optional(rangeHeader)})
	if err == nil && !timer.Stop() {
		err = errors.Join(ErrTooLate, out.Body.Close())
	}
	if err != nil {
		timer.Stop()
		if errors.Is(context.Cause(ctx), ErrTooLate) {
			err = ErrTooLate // the SDK would call it our own cancellation
		}
		cancel(nil)
		return nil, failed("get", key, err)
	}
	o := &Object{
		Body: &body{out.Body, cancel}, Length: aws.ToInt64(out.ContentLength), Size: aws.ToInt64(out.ContentLength),
		ContentType: aws.ToString(out.ContentType), ContentRange: aws.ToString(out.ContentRange),
		ETag: aws.ToString(out.ETag), Modified: aws.ToTime(out.LastModified),
	}
	if _, total, ok := strings.Cut(o.ContentRange, "/"); ok {
		o.Partial = true
		if n, err := strconv.ParseInt(total, 10, 64); err == nil {
			o.Size = n
		}
	}
	return o, nil
}

// body lets go of the request when it is closed.
type body struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
}

func (b *body) Close() error {
	defer b.cancel(nil)
	return b.ReadCloser.Close()
}

// Fetch copies an object to a local file, which appears whole or not at all.
func (s *Store) Fetch(ctx context.Context, key, path string) error {
	o, err := s.Get(ctx, key, "")
	if err != nil {
		return err
	}
	defer o.Body.Close()
	half := path + ".part"
	f, err := os.Create(half)
	if err != nil {
		return fmt.Errorf("storage: fetch %s: %w", key, err)
	}
	n, err := io.Copy(f, o.Body)
	if err == nil && n != o.Size {
		err = fmt.Errorf("%d bytes of %d: %w", n, o.Size, io.ErrUnexpectedEOF)
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(half, path)
	}
	if err != nil {
		return errors.Join(failed("fetch", key, err), os.Remove(half))
	}
	return nil
}

// Head describes one object.
func (s *Store) Head(ctx context.Context, key string) (Info, error) {
	ctx, cancel := context.WithTimeout(ctx, quickTimeout)
	defer cancel()
	out, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return Info{}, failed("head", key, err)
	}
	return Info{
		Key: key, ETag: aws.ToString(out.ETag), ContentType: aws.ToString(out.ContentType),
		Size: aws.ToInt64(out.ContentLength), Modified: aws.ToTime(out.LastModified),
	}, nil
}

// Delete removes objects; ones that are missing are fine.
func (s *Store) Delete(ctx context.Context, keys ...string) error {
	for batch := range slices.Chunk(keys, 1000) { // S3's limit
		if err := s.deleteBatch(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) deleteBatch(ctx context.Context, keys []string) error {
	ctx, cancel := context.WithTimeout(ctx, completeTimeout)
	defer cancel()
	if len(keys) == 1 {
		_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.bucket, Key: &keys[0]})
		if err = failed("delete", keys[0], err); errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	}
	ids := make([]types.ObjectIdentifier, len(keys))
	for i := range keys {
		ids[i] = types.ObjectIdentifier{Key: &keys[i]}
	}
	out, err := s.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
		Bucket: &s.bucket, Delete: &types.Delete{Objects: ids, Quiet: aws.Bool(true)},
	})
	if err != nil {
		return failed("delete", fmt.Sprintf("%d objects", len(keys)), err)
	}
	var errs []error
	for _, e := range out.Errors {
		if c := aws.ToString(e.Code); c != "NoSuchKey" {
			errs = append(errs, fmt.Errorf("storage: delete %s: %s: %s", aws.ToString(e.Key), c, aws.ToString(e.Message)))
		}
	}
	return errors.Join(errs...)
}

// List describes every object whose key begins with prefix, by key.
func (s *Store) List(ctx context.Context, prefix string) ([]Info, error) {
	ctx, cancel := context.WithTimeout(ctx, completeTimeout)
	defer cancel()
	var infos []Info
	pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failed("list", prefix, err)
		}
		for _, o := range page.Contents {
			infos = append(infos, Info{
				Key: aws.ToString(o.Key), ETag: aws.ToString(o.ETag), Size: aws.ToInt64(o.Size), Modified: aws.ToTime(o.LastModified),
			})
		}
	}
	return infos, nil
}
