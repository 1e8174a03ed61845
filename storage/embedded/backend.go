package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"
)

// folder is the gateway's POSIX backend cut down to what Kollega uses. It
// differs from the original in three ways: nothing is acknowledged before it
// is on the disk; buckets are absolute paths, so that the process keeps its
// working directory; and a completion waits for one that is under way, where
// the original answers success before the object stands. What is not listed
// here answers NotImplemented.
type folder struct {
	backend.BackendUnsupported
	posix *posix.Posix
	disk  disk

	mu         sync.Mutex
	completing map[string]*sync.Mutex // by upload ID, while wanted
	waiting    map[string]int
}

// workingDir keeps two servers that start at once from taking each other's
// folder for the process's own: there is one working directory in a process.
var workingDir sync.Mutex

func openFolder(m meta.MetadataStorer, d disk) (*folder, error) {
	workingDir.Lock()
	defer workingDir.Unlock()
	before, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("working directory: %w", err)
	}
	p, err := posix.New(d.root, durableMeta{m, d}, posix.PosixOpts{
		CopyObjectThreshold: 5 << 30, // its documented default, which only its command line sets
	})
	// It has changed to the folder, behind the back of everything that uses relative paths.
	if back := os.Chdir(before); back != nil {
		return nil, errors.Join(err, fmt.Errorf("back to the working directory: %w", back))
	}
	if err != nil {
		return nil, fmt.Errorf("objects in %s: %w", d.root, err)
	}
	return &folder{posix: p, disk: d, completing: map[string]*sync.Mutex{}, waiting: map[string]int{}}, nil
}

// in is the path of a bucket. The gateway has checked the name.
func (f *folder) in(bucket *string) *string { return new(filepath.Join(f.disk.root, *bucket)) }

func (f *folder) Shutdown()      { f.posix.Shutdown() }
func (f *folder) String() string { return "Kollega" }

func (f *folder) NormalizeObjectKey(bucket, object string) string {
	return f.posix.NormalizeObjectKey(bucket, object)
}

func (f *folder) HeadBucket(ctx context.Context, in *s3.HeadBucketInput) (*s3.HeadBucketOutput, error) {
	in.Bucket = f.in(in.Bucket)
	return f.posix.HeadBucket(ctx, in)
}

func (f *folder) CreateBucket(ctx context.Context, in *s3.CreateBucketInput, acl []byte) error {
	in.Bucket = f.in(in.Bucket)
	if err := f.posix.CreateBucket(ctx, in, acl); err != nil {
		return err
	}
	return f.disk.keep(*in.Bucket, f.disk.root)
}

func (f *folder) GetBucketAcl(ctx context.Context, in *s3.GetBucketAclInput) ([]byte, error) {
	in.Bucket = f.in(in.Bucket)
	return f.posix.GetBucketAcl(ctx, in)
}

func (f *folder) GetBucketPolicy(ctx context.Context, bucket string) ([]byte, error) {
	return f.posix.GetBucketPolicy(ctx, *f.in(&bucket))
}

func (f *folder) GetBucketCors(ctx context.Context, bucket string) ([]byte, error) {
	return f.posix.GetBucketCors(ctx, *f.in(&bucket))
}

func (f *folder) PutBucketCors(ctx context.Context, bucket string, cors []byte) error {
	return f.posix.PutBucketCors(ctx, *f.in(&bucket), cors)
}

// GetObjectLockConfiguration is asked before every overwrite; there are no locks.
func (f *folder) GetObjectLockConfiguration(context.Context, string) ([]byte, error) {
	return nil, s3err.GetAPIError(s3err.ErrObjectLockConfigurationNotFound)
}

func (f *folder) HeadObject(ctx context.Context, in *s3.HeadObjectInput) (*s3.HeadObjectOutput, error) {
	in.Bucket = f.in(in.Bucket)
	return f.posix.HeadObject(ctx, in)
}

func (f *folder) GetObject(ctx context.Context, in *s3.GetObjectInput) (*s3.GetObjectOutput, error) {
	in.Bucket = f.in(in.Bucket)
	return f.posix.GetObject(ctx, in)
}

func (f *folder) PutObject(ctx context.Context, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	in.Bucket = f.in(in.Bucket)
	out, err := f.posix.PutObject(ctx, in)
	if err != nil {
		return out, refusal(err)
	}
	return out, f.disk.keep(filepath.Join(*in.Bucket, *in.Key), *in.Bucket)
}

func (f *folder) DeleteObject(ctx context.Context, in *s3.DeleteObjectInput) (*s3.DeleteObjectOutput, error) {
	in.Bucket = f.in(in.Bucket)
	out, err := f.posix.DeleteObject(ctx, in)
	if err != nil {
		return out, err
	}
	return out, f.disk.keep(filepath.Join(*in.Bucket, *in.Key), *in.Bucket)
}

func (f *folder) DeleteObjects(ctx context.Context, in *s3.DeleteObjectsInput) (s3response.DeleteResult, error) {
	in.Bucket = f.in(in.Bucket)
	out, err := f.posix.DeleteObjects(ctx, in)
	for _, o := range out.Deleted {
		err = errors.Join(err, f.disk.keep(filepath.Join(*in.Bucket, *o.Key), *in.Bucket))
	}
	return out, err
}

func (f *folder) ListObjectsV2(ctx context.Context, in *s3.ListObjectsV2Input) (s3response.ListObjectsV2Result, error) {
	name := in.Bucket
	in.Bucket = f.in(name)
	out, err := f.posix.ListObjectsV2(ctx, in)
	out.Name = name
	return out, err
}

var _ backend.Backend = (*folder)(nil)

// account is the one user there is.
func account(access, secret string) auth.Account {
	return auth.Account{Access: access, Secret: secret, Role: auth.RoleAdmin}
}
