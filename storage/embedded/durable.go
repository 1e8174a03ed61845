package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/s3err"
)

// etagAttr is stored on every part and object after its data is written and
// before its name appears.
const etagAttr = "etag"

// disk makes writes last. The gateway itself never syncs: a power cut could
// take what it had acknowledged.
type disk struct {
	sync    func(*os.File) error // (*os.File).Sync but in tests
	root    string               // folder of the buckets
	sidecar string               // folder of the attributes, "" where they are xattrs
}

// syncFile waits until f's content is on the disk. A full disk is said in
// S3's words, which the client is answered with.
func (d disk) syncFile(f *os.File) error {
	err := d.sync(f)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return s3err.GetAPIError(s3err.ErrNoSpaceLeftOnDevice)
	}
	if err != nil {
		return fmt.Errorf("sync %s: %w", f.Name(), err)
	}
	return nil
}

// refusal is the answer of S3 that err wraps, which the gateway would miss and
// answer "internal error" for; else err.
func refusal(err error) error {
	if known, ok := errors.AsType[s3err.S3Error](err); ok {
		return known
	}
	return err
}

// keep makes path, its attributes and the folders from it up to and including
// top last. A path that is gone makes its absence last.
func (d disk) keep(path, top string) error {
	for p := path; len(p) >= len(top); p = filepath.Dir(p) {
		if err := d.syncPath(p); err != nil {
			return err
		}
	}
	if d.sidecar == "" {
		return nil
	}
	attrs := filepath.Join(d.sidecar, strings.TrimPrefix(path, d.root), "meta")
	entries, err := os.ReadDir(attrs)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("attributes of %s: %w", path, err)
	}
	for _, e := range entries {
		if err := d.syncPath(filepath.Join(attrs, e.Name())); err != nil {
			return err
		}
	}
	return disk{sync: d.sync}.keep(attrs, d.sidecar)
}

func (d disk) syncPath(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil // completed or deleted meanwhile
	}
	if err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	defer f.Close()
	return d.syncFile(f)
}

// durableMeta syncs a file when its ETag is stored, so that no name can ever
// stand for content that is not on the disk: not after a power cut between
// the two, and not where the disk refuses the content only when it is synced.
type durableMeta struct {
	meta.MetadataStorer
	disk disk
}

func (m durableMeta) StoreAttribute(f *os.File, bucket, object, attribute string, value []byte) error {
	if err := m.MetadataStorer.StoreAttribute(f, bucket, object, attribute, value); err != nil {
		return err
	}
	if f == nil || attribute != etagAttr {
		return nil
	}
	return m.disk.syncFile(f)
}

// besideMeta keeps attributes in a folder of their own, where the file system
// has no xattrs. Its paths start at the bucket, so that the data folder can move.
type besideMeta struct {
	meta.SideCar
	root string
}

func (m besideMeta) rel(bucket string) string { return strings.TrimPrefix(bucket, m.root) }

func (m besideMeta) RetrieveAttribute(f *os.File, bucket, object, attribute string) ([]byte, error) {
	return m.SideCar.RetrieveAttribute(f, m.rel(bucket), object, attribute)
}

func (m besideMeta) StoreAttribute(f *os.File, bucket, object, attribute string, value []byte) error {
	return m.SideCar.StoreAttribute(f, m.rel(bucket), object, attribute, value)
}

func (m besideMeta) DeleteAttribute(bucket, object, attribute string) error {
	return m.SideCar.DeleteAttribute(m.rel(bucket), object, attribute)
}

func (m besideMeta) ListAttributes(bucket, object string) ([]string, error) {
	return m.SideCar.ListAttributes(m.rel(bucket), object)
}

func (m besideMeta) DeleteAttributes(bucket, object string) error {
	return m.SideCar.DeleteAttributes(m.rel(bucket), object)
}

func (m besideMeta) RenameObject(bucket, from, to string) error {
	return m.SideCar.RenameObject(m.rel(bucket), from, to)
}
