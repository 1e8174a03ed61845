package upload

import (
	"github.com/google/uuid"

	"kollega/internal/i18n"
	"kollega/models"
)

// Status is how far a clip has come, as the uploader of a page asks for it.
type Status struct {
	ID       uuid.UUID `json:"id"`
	JobID    uuid.UUID `json:"job_id,omitzero"`
	Status   string    `json:"status"`
	Progress float64   `json:"progress"` // 0 to 1
	Error    *Problem  `json:"error,omitempty"`
}

// Problem is what went wrong, as a code and a sentence.
type Problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// StatusOf is the clip's status in the printer's language.
func StatusOf(p *i18n.Printer, c models.Clip) Status {
	s := Status{ID: c.ID, JobID: c.JobID, Status: c.Status, Progress: c.Progress}
	if c.ErrorCode != "" {
		s.Error = &Problem{Code: c.ErrorCode, Message: p.T(ErrorKey(p, c.ErrorCode))}
	}
	return s
}

// ErrorKey is the translation key of an error code; codes of a newer worker get the general sentence.
func ErrorKey(p *i18n.Printer, code string) string {
	if key := "clip.error." + code; p.Has(key) {
		return key
	}
	return "clip.error.internal"
}
