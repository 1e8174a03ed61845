// Package storage keeps files in S3: clips, stills, captions, CVs. The same
// code serves the embedded server (storage/embedded) and any other S3.
//
// Keys are flat: a key must never be the folder of another key ("o/1" and
// "o/1/poster" cannot both stand), because an S3 server on a file system keeps
// one of them as a file and the other needs it as a folder. Use "o/<uuid>".
package storage

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// How long we wait for a server. A dead one is refused in a few seconds; a
// slow disk gets the time that a large file needs.
const (
	dialTimeout     = 2 * time.Second
	quickTimeout    = 8 * time.Second // calls without a body, retries included
	pingTimeout     = 3 * time.Second
	completeTimeout = 3 * time.Minute // the server may copy every part into one file
	answerTimeout   = 2 * time.Minute // from the last byte sent to the first byte answered
	attempts        = 3
	longestBackoff  = 500 * time.Millisecond
)

// Config says which S3 to use. All addresses are path style.
type Config struct {
	Endpoint       string // "" is AWS itself
	PublicEndpoint string // what presigned addresses carry; "" = Endpoint
	Region         string
	Bucket         string
	AccessKey      string
	SecretKey      string
	HTTPClient     *http.Client // nil: one with sensible timeouts
}

// Store is one bucket. It is safe for use by several goroutines.
type Store struct {
	client  *s3.Client
	presign *s3.PresignClient
	bucket  string
	region  string
}

// New makes a Store without asking the server anything; Ping does that.
func New(cfg Config) (*Store, error) {
	if cfg.Bucket == "" || cfg.AccessKey == "" || cfg.SecretKey == "" {
		return nil, errors.New("storage: bucket, access key and secret key are needed")
	}
	if cfg.Region == "" {
		cfg.Region = "us-east-1"
	}
	if cfg.PublicEndpoint == "" {
		cfg.PublicEndpoint = cfg.Endpoint
	}
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = newHTTPClient()
	}
	return &Store{
		client:  s3.New(options(cfg, cfg.Endpoint)),
		presign: s3.NewPresignClient(s3.New(options(cfg, cfg.PublicEndpoint))),
		bucket:  cfg.Bucket,
		region:  cfg.Region,
	}, nil
}

func options(cfg Config, endpoint string) s3.Options {
	o := s3.Options{
		Region:       cfg.Region,
		UsePathStyle: true,
		HTTPClient:   cfg.HTTPClient,
		Credentials:  credentials.NewStaticCredentialsProvider(cfg.AccessKey, cfg.SecretKey, ""),
		// Checksum trailers are refused by many servers that are not AWS.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = attempts
			o.MaxBackoff = longestBackoff
			// The default spends a quota while the server is away and then
			// answers errors about the quota instead of the server.
			o.RateLimiter = ratelimit.None
		}),
	}
	if endpoint != "" {
		o.BaseEndpoint = &endpoint
	}
	return o
}

func newHTTPClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: dialTimeout}).DialContext,
		TLSHandshakeTimeout:   dialTimeout,
		ResponseHeaderTimeout: answerTimeout,
		ExpectContinueTimeout: time.Second,
		IdleConnTimeout:       time.Minute,
		MaxIdleConnsPerHost:   32,
		ForceAttemptHTTP2:     true,
		DisableCompression:    true, // clips do not shrink, and ranges must be exact
	}}
}

// Ping asks whether the bucket can be reached, waiting at most three seconds.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	_, err := s.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &s.bucket})
	return failed("ping", s.bucket, err)
}

// EnsureBucket creates the bucket where it is missing and, where origins are
// given, lets browsers on them upload parts (CORS, with ETag readable). A
// server that keeps its CORS rules elsewhere refuses that: the error is then
// ErrCORS, the bucket stands and can be used, and the caller should warn.
func (s *Store) EnsureBucket(ctx context.Context, origins []string) error {
	ctx, cancel := context.WithTimeout(ctx, quickTimeout)
	defer cancel()
	_, err := s.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &s.bucket})
	if status(err) == http.StatusNotFound {
		err = s.createBucket(ctx)
	}
	if err != nil {
		return failed("bucket", s.bucket, err)
	}
	if len(origins) == 0 {
		return nil
	}
	_, err = s.client.PutBucketCors(ctx, &s3.PutBucketCorsInput{Bucket: &s.bucket, CORSConfiguration: &types.CORSConfiguration{
		CORSRules: []types.CORSRule{{
			AllowedMethods: []string{http.MethodPut},
			AllowedOrigins: origins,
			AllowedHeaders: []string{"*"},
			ExposeHeaders:  []string{"ETag"},
			MaxAgeSeconds:  aws.Int32(3600),
		}},
	}})
	if err == nil || Unavailable(err) && status(err) != http.StatusNotImplemented {
		return failed("CORS of bucket", s.bucket, err)
	}
	return fmt.Errorf("storage: bucket %s: %w: %w", s.bucket, ErrCORS, err)
}

func (s *Store) createBucket(ctx context.Context) error {
	in := &s3.CreateBucketInput{Bucket: &s.bucket}
	if s.region != "us-east-1" { // AWS refuses its oldest region as a constraint
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{
			LocationConstraint: types.BucketLocationConstraint(s.region),
		}
	}
	_, err := s.client.CreateBucket(ctx, in)
	if code(err) == "BucketAlreadyOwnedByYou" { // another instance was quicker
		return nil
	}
	return err
}
