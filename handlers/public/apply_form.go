package public

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/labstack/echo/v4"

	"kollega/internal/document"
	"kollega/models"
)

// maxWords bounds all that is typed into the form, in bytes: far above what is taken, so that too long a text comes back whole.
const maxWords = 4 << 20

// applyBody is the form of an application as it was filled in. What was typed is shown again until it is taken.
type applyBody struct {
	Action string
	Errors models.ValidationErrors
	Failed string // a sentence on why it was not taken, where no field is at fault

	Visit, Name, Email, Phone, Message, HeardFrom string
	ConsentPool                                   bool
	KeptCV, KeptName                              string // signed reference of a CV that came with an earlier try, and its name
}

// handedIn is a form with what only the server needs to know of it.
type handedIn struct {
	applyBody

	dropCV  bool // the kept CV is not to be sent
	trapped bool // a field that no person sees was filled in

	file     *os.File // the CV, nameless in the temporary folder; nil without one
	fileName string
	fileSize int64 // bytes that came, also where no more were kept than may be
	fileErr  error // of the disk
}

// close lets go of the CV.
func (in *handedIn) close() {
	if in.file != nil {
		in.file.Close()
	}
}

// readForm reads a form as it streams in, whatever is wrong with its words.
func readForm(r *http.Request) (*handedIn, error) {
	in := &handedIn{}
	kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	switch {
	case err == nil && kind == echo.MIMEMultipartForm:
		err = in.readMultipart(r)
	case err == nil && kind == echo.MIMEApplicationForm:
		err = in.readURLEncoded(r)
	default:
		err = echo.ErrUnsupportedMediaType
	}
	if err != nil {
		in.close()
		var known *echo.HTTPError
		if !errors.As(err, &known) { // cut off or not a form
			err = echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
		}
		return nil, err
	}
	return in, nil
}

func (in *handedIn) readURLEncoded(r *http.Request) error {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxWords+1))
	if err != nil {
		return err
	}
	if len(raw) > maxWords {
		return echo.ErrStatusRequestEntityTooLarge
	}
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return err
	}
	for name, values := range form {
		in.set(name, values[len(values)-1])
	}
	return nil
}

func (in *handedIn) readMultipart(r *http.Request) error {
	form, err := r.MultipartReader()
	if err != nil {
		return err
	}
	left := int64(maxWords)
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if part.FormName() == "cv" {
			err = in.readFile(part)
		} else {
			var value []byte
			value, err = io.ReadAll(io.LimitReader(part, left+1))
			if left -= int64(len(value)); left < 0 {
				err = echo.ErrStatusRequestEntityTooLarge
			}
			in.set(part.FormName(), string(value))
		}
		if err != nil {
			return err
		}
	}
}

// readFile takes the CV; what is more than may be kept is read to its end and dropped, so that the words after it arrive.
func (in *handedIn) readFile(part *multipart.Part) error {
	if part.FileName() == "" || in.file != nil { // no file was chosen
		_, err := io.Copy(io.Discard, part)
		return err
	}
	in.fileName = part.FileName()
	if in.file, in.fileErr = namelessFile(); in.fileErr != nil {
		_, err := io.Copy(io.Discard, part)
		return err
	}
	kept := &keeper{file: in.file, left: document.MaxSize + 1}
	n, err := io.Copy(kept, part)
	in.fileSize, in.fileErr = n, kept.err
	return err
}

// keeper writes the beginning of what comes to a file. The disk's refusal must not cut the form off.
type keeper struct {
	file io.Writer
	left int64
	err  error
}

func (k *keeper) Write(b []byte) (int, error) {
	if n := min(int64(len(b)), k.left); n > 0 && k.err == nil {
		_, k.err = k.file.Write(b[:n])
		k.left -= n
	}
	return len(b), nil
}

// namelessFile is a temporary file that is gone as soon as it is closed, even by a crash.
func namelessFile() (*os.File, error) {
	f, err := os.CreateTemp("", "kollega-cv-")
	if err != nil {
		return nil, fmt.Errorf("keep CV: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("keep CV: %w", err), f.Close())
	}
	return f, nil
}

func (in *handedIn) set(name, value string) {
	switch name {
	case "name":
		in.Name = value
	case "email":
		in.Email = value
	case "phone":
		in.Phone = value
	case "message":
		in.Message = strings.ReplaceAll(value, "\r\n", "\n") // browsers send what was one character as two
	case "heard_from":
		in.HeardFrom = value
	case "consent_pool":
		in.ConsentPool = value == "1" || value == "on" || value == "true"
	case "visit":
		in.Visit = value
	case "cv_kept":
		in.KeptCV = value
	case "cv_drop":
		in.dropCV = value != ""
	case "leave_empty":
		in.trapped = value != ""
	}
}
