package models

import (
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// Queues of background work: encoding is heavy and runs one at a time per machine; what takes a second does not wait for it.
const (
	QueueDefault = river.QueueDefault
	QueueEncode  = "encode"
	QueueQuick   = "quick"
	QueueHooks   = "hooks" // receivers outside the house, which may hang: nothing else waits for them
)

// ProcessClip asks for an uploaded clip to be checked and made.
type ProcessClip struct {
	ClipID uuid.UUID `json:"clip_id"`
}

// Kind names the work in the queue.
func (ProcessClip) Kind() string { return "process_clip" }

// InsertOpts says how it is queued: the clip's own row counts its tries, the queue's only bridge a database that is away.
func (ProcessClip) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: QueueEncode, MaxAttempts: 10}
}

// Make asks for something to be made of a clip; queue and urgency go by what it is.
type Make struct {
	MakingID uuid.UUID `json:"making_id"`
}

// Kind names the work in the queue.
func (Make) Kind() string { return "make" }

// InsertOpts says how it is queued: the making's own row counts its tries, the queue's only bridge a database that is away.
func (Make) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 10} }

// KeepUp asks for what is missing: share cuts of published clips, and clips that were made by older settings.
type KeepUp struct{}

// Kind names the work in the queue.
func (KeepUp) Kind() string { return "keep_up" }

// InsertOpts says how it is queued: tried once, for it comes again by itself.
func (KeepUp) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 1} }

// MakeExport asks for a file that somebody wants to have of a report.
type MakeExport struct {
	ExportID uuid.UUID `json:"export_id"`
}

// Kind names the work in the queue.
func (MakeExport) Kind() string { return "make_export" }

// InsertOpts says how it is queued: tried for some minutes, as somebody waits for it.
func (MakeExport) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 5} }

// DeleteObjects asks for objects to be removed that no row needs any more.
type DeleteObjects struct {
	Keys      []string `json:"keys"`
	UploadKey string   `json:"upload_key,omitempty"` // an unfinished upload to abort
	UploadID  string   `json:"upload_id,omitempty"`
}

// Kind names the work in the queue.
func (DeleteObjects) Kind() string { return "delete_objects" }

// InsertOpts says how it is queued: tried for about a day; what is left then is swept up.
func (DeleteObjects) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 12} }

// Mails that Kollega sends; what they say is put together when they are sent, so that no secret waits in the queue.
const (
	MailInvite   = "invite"   // ID is a user's
	MailReset    = "reset"    // ID is a user's
	MailLetter   = "letter"   // ID is a letter's
	MailReminder = "reminder" // ID is a reminder's

	MailProposed      = "proposed"       // ID is a clip proposal's, To who is asked to decide
	MailProposalsWait = "proposals_wait" // To is somebody in HR, whose answer proposals wait for
	MailDecided       = "decided"        // ID is a clip proposal's
	MailMention       = "mention"        // ID is a note's, To who is named in it

	MailNotices = "notices" // ID is that of a mail about notices

	MailStay = "stay" // ID is a question's whether a colleague is still there, To who is asked

	MailFriend    = "friend"     // ID is an invited friend's
	MailFriendJob = "friend_job" // ID is an invited friend's who said yes: the job is there
)

// SendMail asks for a mail.
type SendMail struct {
	Mail string    `json:"mail"`
	ID   uuid.UUID `json:"id"`
	To   uuid.UUID `json:"to,omitzero"` // the user, where ID does not say who gets it
}

// Kind names the work in the queue.
func (SendMail) Kind() string { return "send_mail" }

// InsertOpts says how it is queued: tried for about three days.
func (SendMail) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 16} }

// Mails about the consent of somebody in a clip; to the person, or to people of the house.
const (
	MailConsentAsk       = "ask"
	MailConsentReminder  = "reminder"
	MailConsentAgreed    = "agreed"    // the receipt of a yes, with the link to withdraw
	MailConsentGone      = "gone"      // the receipt of a withdrawal
	MailConsentRemoved   = "removed"   // taken off the list
	MailConsentRefused   = "refused"   // to the house
	MailConsentWithdrawn = "withdrawn" // to the house
	MailConsentEnding    = "ending"    // to the house
	MailConsentEnded     = "ended"     // to the house
)

// ConsentMail asks for a mail about somebody's consent.
type ConsentMail struct {
	Mail     string     `json:"mail"`
	PersonID uuid.UUID  `json:"person_id"`
	UserID   *uuid.UUID `json:"user_id,omitempty"` // who is told; nil: the person
}

// Kind names the work in the queue.
func (ConsentMail) Kind() string { return "consent_mail" }

// InsertOpts says how it is queued: tried for about three days.
func (ConsentMail) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 16} }

// TranscribeClip asks for a draft of captions from the transcription service.
type TranscribeClip struct {
	ClipID   uuid.UUID `json:"clip_id"`
	Language string    `json:"language"`
}

// Kind names the work in the queue.
func (TranscribeClip) Kind() string { return "transcribe_clip" }

// InsertOpts says how it is queued: five tries, over about five minutes.
func (TranscribeClip) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 5} }

// TendConsents asks for what time brings: reminders, warnings, consents that end.
type TendConsents struct{}

// Kind names the work in the queue.
func (TendConsents) Kind() string { return "tend_consents" }

// InsertOpts says how it is queued: one at a time.
func (TendConsents) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByPeriod: time.Minute}}
}

// ForgetAddresses asks for what lies on this machine's disk of people who were erased.
type ForgetAddresses struct{}

// Kind names the work in the queue.
func (ForgetAddresses) Kind() string { return "forget_addresses" }

// SettleCredit asks for an application's credit to be looked at again when the click it came from has reached Postgres.
type SettleCredit struct {
	ApplicationID uuid.UUID `json:"application_id"`
}

// Kind names the work in the queue.
func (SettleCredit) Kind() string { return "settle_credit" }

// ReapplyCredit asks for old applications to be credited by another policy.
type ReapplyCredit struct {
	Policy     string     `json:"policy"`
	WindowDays int        `json:"window_days"`
	By         *uuid.UUID `json:"by,omitempty"` // who asked for it
	Reason     string     `json:"reason"`
}

// Kind names the work in the queue.
func (ReapplyCredit) Kind() string { return "reapply_credit" }

// Sweep asks for the clean-up: uploads given up, leases run out, what has had its time.
type Sweep struct{}

// Kind names the work in the queue.
func (Sweep) Kind() string { return "sweep" }

// InsertOpts says how it is queued: one at a time.
func (Sweep) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByPeriod: 10 * time.Minute}}
}

// TendNotices asks for the mails about notices whose time has come; by the clock for those about what is worth sharing as well.
type TendNotices struct {
	Clock bool `json:"clock,omitempty"`
}

// Kind names the work in the queue.
func (TendNotices) Kind() string { return "tend_notices" }

// InsertOpts says how it is queued: tried once, for it comes again by itself.
func (TendNotices) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 1} }

// PostWebhook asks for a webhook to be told something.
type PostWebhook struct {
	ID uuid.UUID `json:"id"`
}

// Kind names the work in the queue.
func (PostWebhook) Kind() string { return "post_webhook" }

// InsertOpts says how it is queued: tried for about half a day; what is older is no news.
func (PostWebhook) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: QueueHooks, MaxAttempts: 12}
}
