package models

import (
	"slices"
	"strings"
)

// Words is a closed list of values that a field may have.
type Words []string

// Has tells whether word is one of them.
func (w Words) Has(word string) bool { return slices.Contains(w, word) }

// Languages are the interface's languages.
var Languages = Words{"nb", "en"}

// SpokenLanguage is the interface's language for a tag such as nb-NO, empty where it has none.
func SpokenLanguage(tag string) string {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(tag), "_", "-"), "-")
	switch base {
	case "nb", "no", "nn":
		return "nb"
	case "en":
		return "en"
	}
	return ""
}

// Roles, from the widest rights to the narrowest.
const (
	RoleAdmin    = "admin"
	RoleHR       = "hr"
	RoleLeader   = "leader"
	RoleEmployee = "employee"
)

// Roles are all roles.
var Roles = Words{RoleAdmin, RoleHR, RoleLeader, RoleEmployee}

// Themes are the ways a person may have the pages shown; empty means as the device has it.
var Themes = Words{"", "light", "dark"}

// Channels are where a share link is passed on, in the order they are offered.
var Channels = Words{
	"linkedin", "facebook", "messenger", "whatsapp", "x", "instagram", "snapchat", "tiktok",
	"email", "sms", "teams", "slack", "qr", "copy",
}

// Job statuses.
const (
	JobDraft     = "draft"
	JobPublished = "published"
	JobClosed    = "closed"
	JobFilled    = "filled"
)

// JobStatuses are all statuses of a job.
var JobStatuses = Words{JobDraft, JobPublished, JobClosed, JobFilled}

// EmploymentTypes are schema.org's, as JobPosting.employmentType has them.
var EmploymentTypes = Words{"FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"}

// PayPeriods are schema.org's unitText of a salary.
var PayPeriods = Words{"HOUR", "DAY", "WEEK", "MONTH", "YEAR"}

// How much a job needs a skill.
const (
	NeedRequired = "required"
	NeedNice     = "nice"
)

// Needs are these.
var Needs = Words{NeedRequired, NeedNice}

// Clip statuses.
const (
	ClipUploading  = "uploading"
	ClipProcessing = "processing"
	ClipReady      = "ready"
	ClipPublished  = "published"
	ClipFailed     = "failed"    // our fault or the machine's: a retry can help
	ClipRejected   = "rejected"  // the file's fault: another file is needed
	ClipWithdrawn  = "withdrawn" // somebody in it took their consent back: it is gone for good
)

// Stages of an application, in order, then its ends.
const (
	StageNew       = "new"
	StageScreening = "screening"
	StageInterview = "interview"
	StageOffer     = "offer"
	StageHired     = "hired"
	StageRejected  = "rejected"
	StageWithdrawn = "withdrawn"
)

// Stages are all stages.
var Stages = Words{StageNew, StageScreening, StageInterview, StageOffer, StageHired, StageRejected, StageWithdrawn}

// Event kinds.
const (
	KindClick      = "click"
	KindView       = "view"
	KindPlay       = "play"
	KindQ25        = "q25"
	KindQ50        = "q50"
	KindQ75        = "q75"
	KindQ100       = "q100"
	KindSound      = "sound"
	KindApplyStart = "apply_start"
	KindApply      = "apply"
	KindWatched    = "watched" // which seconds of the clip, told when the page is left
)

// Event classes.
const (
	ClassHuman    = "human"
	ClassPreview  = "preview"
	ClassBot      = "bot"
	ClassPrefetch = "prefetch"
	ClassSelf     = "self"
	ClassInternal = "internal"
	ClassSuspect  = "suspect"
)

// Classes are what a request can be judged to be, people first.
var Classes = Words{ClassHuman, ClassPreview, ClassBot, ClassPrefetch, ClassSelf, ClassInternal, ClassSuspect}
