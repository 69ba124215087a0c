package audit

import (
	"slices"
	"strings"
)

// Action says what was done: what it was done to, a dot, and a verb in the past.
type Action string

// The actions. docs/audit.md says of each when it is written and what it holds; a test
// compares.
const (
	SessionBegan    Action = "session.began"
	SignInFailed    Action = "session.sign_in_failed"
	SignedOut       Action = "session.signed_out"
	SessionReplaced Action = "session.replaced"
	SessionEnded    Action = "session.ended"
	OthersEnded     Action = "session.others_ended"
	TokenReused     Action = "session.token_reused"

	UserAdded       Action = "user.added"
	UserChanged     Action = "user.changed"
	PasswordChanged Action = "user.password_changed"
	PasswordReset   Action = "user.password_reset"

	SessionsEnded      Action = "user.sessions_ended"
	LinkSent           Action = "user.link_sent"
	InvitationAccepted Action = "user.invitation_accepted"

	KeyAdded   Action = "api_key.added"
	KeyRevoked Action = "api_key.revoked"

	LeadReachedOut Action = "lead.reached_out"
	LeadChannelSet Action = "lead.channel_set"
	LeadUndone     Action = "lead.undone"
	LeadReopened   Action = "lead.reopened"
	LeadAssigned   Action = "lead.assigned"
	NoteAdded      Action = "lead.note_added"
	ResumeViewed   Action = "lead.resume_viewed"
	LeadErased     Action = "lead.erased"
	LeadsExported  Action = "lead.exported"

	MessageRetried Action = "message.retried"
	MessageTested  Action = "message.tested"

	FirmChanged     Action = "firm.changed"
	LogoSet         Action = "firm.logo_set"
	LogoRemoved     Action = "firm.logo_removed"
	NoticePublished Action = "firm.notice_published"

	ViewShared  Action = "view.shared"
	ViewChanged Action = "view.changed"
	ViewRemoved Action = "view.removed"

	ReportExported Action = "report.exported"
	AuditExported  Action = "audit.exported"
)

// Actions are all of them, those about the same thing together.
func Actions() []Action {
	return []Action{
		SessionBegan, SignInFailed, SignedOut, SessionReplaced, SessionEnded, OthersEnded, TokenReused,
		UserAdded, UserChanged, PasswordChanged, PasswordReset, SessionsEnded, LinkSent, InvitationAccepted,
		KeyAdded, KeyRevoked,
		LeadReachedOut, LeadChannelSet, LeadUndone, LeadReopened, LeadAssigned, NoteAdded, ResumeViewed, LeadErased, LeadsExported,
		MessageRetried, MessageTested,
		FirmChanged, LogoSet, LogoRemoved, NoticePublished,
		ViewShared, ViewChanged, ViewRemoved,
		ReportExported, AuditExported,
	}
}

// Valid tells whether a is one of the actions.
func (a Action) Valid() bool { return slices.Contains(Actions(), a) }

// everything ends what stands for all actions about one thing, as in lead.*
const everything = ".*"

// About gives what all actions that a pattern such as lead.* asks for begin with, as
// in lead. with its dot. It is empty for what is no such pattern.
func About(pattern string) string {
	about, found := strings.CutSuffix(pattern, everything)
	about += "."
	if !found || !slices.ContainsFunc(Actions(), func(a Action) bool { return strings.HasPrefix(string(a), about) }) {
		return ""
	}
	return about
}
