package storage

import (
	"cmp"
	"context"
	"crypto/md5" //nolint:gosec // the S3 protocol's
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Part is one uploaded piece; all but the last are at least 5 MiB. Size is in
// bytes and may be 0 (unknown) where a part is handed in.
type Part struct {
	Number int // from 1
	ETag   string
	Size   int64
}

// Upload is a multipart upload that is neither completed nor aborted.
type Upload struct {
	Key, ID   string
	Initiated time.Time
}

// CreateUpload begins a multipart upload. The object appears when it is completed.
func (s *Store) CreateUpload(ctx context.Context, key, contentType string) (string, error) {
	if err := checkKey(key); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, quickTimeout)
	defer cancel()
	out, err := s.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: &s.bucket, Key: &key, ContentType: optional(contentType),
	})
	if err != nil {
		return "", failed("create upload of", key, err)
	}
	return aws.ToString(out.UploadId), nil
}

// PresignPart returns an address that takes PUTs of this one part until valid
// has passed (at most seven days). No server is asked.
func (s *Store) PresignPart(ctx context.Context, key, uploadID string, number int, valid time.Duration) (string, error) {
	if err := checkKey(key); err != nil {
		return "", err
	}
	if number < 1 || number > 10000 {
		return "", fmt.Errorf("storage: presign %s: part %d is not in 1..10000", key, number)
	}
	req, err := s.presign.PresignUploadPart(ctx, &s3.UploadPartInput{
		Bucket: &s.bucket, Key: &key, UploadId: &uploadID, PartNumber: aws.Int32(int32(number)),
	}, s3.WithPresignExpires(valid))
	if err != nil {
		return "", failed("presign", key, err)
	}
	return req.URL, nil
}

// Parts lists what has arrived, by number; ErrNoUpload where the upload is gone.
func (s *Store) Parts(ctx context.Context, key, uploadID string) ([]Part, error) {
	ctx, cancel := context.WithTimeout(ctx, quickTimeout)
	defer cancel()
	var parts []Part
	pages := s3.NewListPartsPaginator(s.client, &s3.ListPartsInput{Bucket: &s.bucket, Key: &key, UploadId: &uploadID})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failed("parts of", key, err)
		}
		for _, p := range page.Parts {
			parts = append(parts, Part{
				Number: int(aws.ToInt32(p.PartNumber)), ETag: aws.ToString(p.ETag), Size: aws.ToInt64(p.Size),
			})
		}
	}
	return parts, nil
}

// CompleteUpload makes the object out of the parts. It may be repeated: where
// the upload is gone and the object stands, it succeeds. ErrBadParts and
// ErrNoUpload are final.
func (s *Store) CompleteUpload(ctx context.Context, key, uploadID string, parts []Part) error {
	if len(parts) == 0 {
		return fmt.Errorf("storage: complete %s: %w", key, ErrBadParts)
	}
	parts = slices.SortedFunc(slices.Values(parts), func(a, b Part) int { return cmp.Compare(a.Number, b.Number) })
	done := make([]types.CompletedPart, len(parts))
	for i, p := range parts {
		done[i] = types.CompletedPart{PartNumber: aws.Int32(int32(p.Number)), ETag: aws.String(p.ETag)}
	}
	ctx, cancel := context.WithTimeout(ctx, completeTimeout)
	defer cancel()
	_, err := s.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &s.bucket, Key: &key, UploadId: &uploadID,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: done},
	})
	if err = failed("complete", key, err); err == nil || s.completed(ctx, key, parts, err) {
		return nil
	}
	return err
}

// completed tells whether a refused completion had in truth been done before.
func (s *Store) completed(ctx context.Context, key string, parts []Part, refusal error) bool {
	gone := errors.Is(refusal, ErrNoUpload)
	if !gone && !errors.Is(refusal, ErrBadParts) {
		return false
	}
	info, err := s.Head(ctx, key)
	if err != nil {
		return false
	}
	if strings.Trim(info.ETag, `"`) == multipartETag(parts) {
		return true
	}
	// Encrypted buckets have ETags of their own kind: there the size decides.
	var size int64
	for _, p := range parts {
		size += p.Size
	}
	return gone && (size == 0 || size == info.Size)
}

// multipartETag is what S3 names an object made of these parts: the MD5 of
// the parts' MD5s and their number. "" where an ETag is not an MD5.
func multipartETag(parts []Part) string {
	sum := md5.New() //nolint:gosec // the S3 protocol's
	for _, p := range parts {
		b, err := hex.DecodeString(strings.Trim(p.ETag, `"`))
		if err != nil {
			return ""
		}
		sum.Write(b)
	}
	return fmt.Sprintf("%x-%d", sum.Sum(nil), len(parts))
}

// AbortUpload throws the parts away. An upload that is gone already is fine.
func (s *Store) AbortUpload(ctx context.Context, key, uploadID string) error {
	ctx, cancel := context.WithTimeout(ctx, quickTimeout)
	defer cancel()
	_, err := s.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{
		Bucket: &s.bucket, Key: &key, UploadId: &uploadID,
	})
	if err = failed("abort", key, err); errors.Is(err, ErrNoUpload) {
		return nil
	}
	return err
}

// Uploads lists every unfinished upload of the bucket. With the embedded
// server Initiated is the time of the last part, later than the beginning.
func (s *Store) Uploads(ctx context.Context) ([]Upload, error) {
	ctx, cancel := context.WithTimeout(ctx, completeTimeout)
	defer cancel()
	var uploads []Upload
	pages := s3.NewListMultipartUploadsPaginator(s.client, &s3.ListMultipartUploadsInput{Bucket: &s.bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failed("uploads of", s.bucket, err)
		}
		for _, u := range page.Uploads {
			uploads = append(uploads, Upload{
				Key: aws.ToString(u.Key), ID: aws.ToString(u.UploadId), Initiated: aws.ToTime(u.Initiated),
			})
		}
	}
	return uploads, nil
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
