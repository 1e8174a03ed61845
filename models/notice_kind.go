package models

import (
	"context"

	"github.com/google/uuid"
)

// Kinds of notices; what About is stands beside each.
const (
	NoticeFeedback        = "feedback"          // the feedback
	NoticeFeedbackReply   = "feedback_reply"    // the reply
	NoticeOwed            = "owed"              // the row of what is owed: somebody waits for your answer
	NoticeOwedClimbed     = "owed_climbed"      // the same: nobody answered in time; for HR
	NoticePost            = "post"              // the post
	NoticeComment         = "comment"           // the comment
	NoticeMentionPost     = "mention_post"      // the post or comment
	NoticeMessage         = "message"           // the post in a conversation
	NoticeQuestion        = "question"          // the question
	NoticeQuestionAnswer  = "question_answer"   // the answer
	NoticeJobFromQuestion = "job_from_question" // the question while the job is written, the job when it is published
	NoticeWording         = "wording"           // the suggested wording
	NoticeWordingDecided  = "wording_decided"   // the same
	NoticeThanks          = "thanks"            // the thanks
	NoticeLetIn           = "let_in"            // the group that somebody let one into
	NoticeReportAnswered  = "report_answered"   // the report of a post
)

// Ways of reaching somebody with a kind of notice.
const (
	WayHouse  = "house"  // on the page of notices
	WayNow    = "now"    // and by mail at once
	WayDaily  = "daily"  // and in a daily mail
	WayWeekly = "weekly" // and in a weekly mail
	WayOff    = "off"    // not at all
)

// Ways are these.
var Ways = Words{WayHouse, WayNow, WayDaily, WayWeekly, WayOff}

// Told is what a notice says to whoever reads it now.
type Told struct {
	Words []any  // the values of the sentence: names and values alternate; Name, who did it, is there already
	Path  string // where it leads
	Key   string // another sentence than notice.say.<kind>
}

// tellNotices finds out what notices of one kind say to by, by About. What by may not see now is left out, and not told.
type tellNotices func(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error)

// noticeKind is what is known about a kind. Its words are notice.kind.<kind>, as the settings name it, and notice.say.<kind>, the
// sentence. A kind without tell is never told.
type noticeKind struct {
	way  string // how it reaches those who have not chosen
	role string // who gets it; empty: everybody
	mail string // what is mailed at once in place of the sentence; empty: the sentence
	tell tellNotices
}

// NoticeKinds are all kinds, in the order of the settings.
var NoticeKinds = Words{
	NoticeFeedback, NoticeFeedbackReply, NoticeThanks, NoticeOwed, NoticeOwedClimbed, NoticeMessage, NoticeMentionPost, NoticePost, NoticeComment,
	NoticeLetIn, NoticeReportAnswered,
	NoticeQuestion, NoticeNamed, NoticeQuestionAnswer, NoticeFriendJoined, NoticeJobFromQuestion, NoticeWording, NoticeWordingDecided,
	NoticeSuggestion, NoticeSuggestionDecided, NoticeRemark, NoticeProposal, NoticeProposalDecided, NoticeNoteMention, NoticeStay, NoticeNewJob,
}

// noticeKinds is the table of the kinds; a new one stands here, in NoticeKinds and in the translations.
var noticeKinds map[string]noticeKind

func init() { // a table that names functions that look at the table
	noticeKinds = map[string]noticeKind{
		NoticeMessage:           {way: WayNow, tell: tellPosts},
		NoticeMentionPost:       {way: WayNow, tell: tellPosts},
		NoticePost:              {way: WayHouse, tell: tellPosts},
		NoticeComment:           {way: WayDaily, tell: tellPosts},
		NoticeLetIn:             {way: WayNow, tell: tellGroups},
		NoticeReportAnswered:    {way: WayNow, tell: tellReports},
		NoticeFeedback:          {way: WayNow, tell: tellFeedback},
		NoticeFeedbackReply:     {way: WayNow, tell: tellReply},
		NoticeThanks:            {way: WayNow, tell: tellThanks},
		NoticeOwed:              {way: WayDaily, tell: tellOwed},
		NoticeOwedClimbed:       {way: WayDaily, role: RoleHR, tell: tellOwed},
		NoticeQuestion:          {way: WayDaily, tell: tellQuestions},
		NoticeQuestionAnswer:    {way: WayDaily, tell: tellAnswers},
		NoticeJobFromQuestion:   {way: WayNow, tell: tellJobsFromQuestions},
		NoticeWording:           {way: WayDaily, tell: tellWordings},
		NoticeWordingDecided:    {way: WayNow, tell: tellWordings},
		NoticeNamed:             {way: WayNow, tell: tellAnswers},
		NoticeFriendJoined:      {way: WayNow, tell: tellAnswers},
		NoticeSuggestion:        {way: WayDaily, role: RoleHR, tell: tellSuggestions},
		NoticeSuggestionDecided: {way: WayNow, tell: tellSuggestions},
		NoticeRemark:            {way: WayDaily, tell: tellRemarks},
		NoticeProposal:          {way: WayNow, role: RoleLeader, mail: MailProposed, tell: tellProposals},
		NoticeProposalDecided:   {way: WayNow, mail: MailDecided, tell: tellProposalsDecided},
		NoticeNoteMention:       {way: WayNow, role: RoleLeader, mail: MailMention, tell: tellNoteMentions},
		NoticeStay:              {way: WayNow, role: RoleLeader, mail: MailStay, tell: tellStays},
		NoticeNewJob:            {way: WayHouse, tell: tellOpenJobs}, // a weekly mail tells of those worth sharing
	}
}

// NoticeKindsOf are the kinds that may reach somebody, in the order of the settings.
func NoticeKindsOf(u User) []string {
	var kinds []string
	for _, kind := range NoticeKinds {
		if role := noticeKinds[kind].role; role == "" || u.Is(role) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// tellAll fills in what notices say to by now, and leaves out those that by may not see.
func (db *DB) tellAll(ctx context.Context, by User, ns []Notice) ([]Notice, error) {
	kinds := map[string][]Notice{}
	for _, n := range ns {
		kinds[n.Kind] = append(kinds[n.Kind], n)
	}
	said := map[string]map[uuid.UUID]Told{}
	for kind, of := range kinds {
		tell := noticeKinds[kind].tell
		if tell == nil {
			continue
		}
		told, err := tell(ctx, db, by, of)
		if err != nil {
			return nil, err
		}
		said[kind] = told
	}
	var seen []Notice
	for _, n := range ns {
		told, may := said[n.Kind][n.About]
		if !may {
			continue
		}
		if told.Key == "" {
			told.Key = "notice.say." + n.Kind
		}
		n.Told = told
		seen = append(seen, n)
	}
	return seen, nil
}
