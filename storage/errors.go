package storage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// What a caller can act on; test with errors.Is.
var (
	ErrNotFound = errors.New("no such object")
	ErrBadRange = errors.New("the range lies outside the object")
	ErrNoUpload = errors.New("no such upload")                                 // completed, aborted, or never begun
	ErrBadParts = errors.New("the parts do not match what was uploaded")       // a wrong ETag or number, or a part under 5 MiB
	ErrTooLate  = errors.New("the server did not answer in time")              // also Unavailable
	ErrCORS     = errors.New("the server does not take CORS rules through S3") // see EnsureBucket
	ErrBadKey   = errors.New("not a usable key")
)

// Unavailable reports whether err means that the server cannot be used just
// now (down, unreachable, overloaded, disk full), so that trying later may help.
func Unavailable(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	if s := status(err); s != 0 {
		return s >= http.StatusInternalServerError || s == http.StatusTooManyRequests
	}
	var sent *smithyhttp.RequestSendError
	var network net.Error
	return errors.Is(err, ErrTooLate) || errors.Is(err, context.DeadlineExceeded) ||
		errors.As(err, &sent) || errors.As(err, &network)
}

// failed says what was being done, and adds the error of ours that err stands for.
func failed(doing, what string, err error) error {
	if err == nil {
		return nil
	}
	if known := meaning(err); known != nil && !errors.Is(err, known) {
		err = fmt.Errorf("%w: %w", known, err)
	}
	return fmt.Errorf("storage: %s %s: %w", doing, what, err)
}

func meaning(err error) error {
	switch code(err) {
	case "NoSuchKey", "NotFound":
		return ErrNotFound
	case "InvalidRange":
		return ErrBadRange
	case "NoSuchUpload":
		return ErrNoUpload
	case "InvalidPart", "InvalidPartOrder", "EntityTooSmall", "MalformedXML":
		return ErrBadParts
	}
	return nil
}

// code is S3's name of the error, "" where the server said none.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// status is the HTTP status of a refusal, 0 where no answer came.
func status(err error) int {
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) && answer.Response != nil {
		return answer.HTTPStatusCode()
	}
	return 0
}

func checkKey(key string) error {
	if key == "" || len(key) > 1024 || strings.HasPrefix(key, "/") || strings.HasSuffix(key, "/") {
		return fmt.Errorf("storage: key %q: %w", key, ErrBadKey)
	}
	for part := range strings.SplitSeq(key, "/") {
		if part == "" || part == "." || part == ".." {
			return fmt.Errorf("storage: key %q: %w", key, ErrBadKey)
		}
	}
	return nil
}
