package staff

import (
	"slices"

	"usher/internal/fault"
)

// Role is what a user may do.
type Role string

// The roles.
const (
	Admin    Role = "admin"    // everything
	Attorney Role = "attorney" // all leads, without deleting
	Intake   Role = "intake"   // all leads, and no settings
	Viewer   Role = "viewer"   // reads leads, notes and timelines
)

// Roles are all roles, from the one that may do most.
func Roles() []Role { return []Role{Admin, Attorney, Intake, Viewer} }

// Valid tells whether r is one of the roles.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Permission is one thing that a role allows.
type Permission string

// The permissions.
const (
	// SignedIn is what everybody may who can sign in: whatever concerns only oneself.
	SignedIn      Permission = ""
	ReadLeads     Permission = "leads:read"
	WriteLeads    Permission = "leads:write"
	ExportLeads   Permission = "leads:export"
	DeleteLeads   Permission = "leads:delete"
	ReadFiles     Permission = "files:read"
	WriteMessages Permission = "messages:write"
	ReadReports   Permission = "reports:read"
	ShareViews    Permission = "views:share"
	ManageViews   Permission = "views:manage"
	ReadSettings  Permission = "settings:read"
	WriteFirm     Permission = "firm:write"
	ReadSystem    Permission = "system:read"
	ManageUsers   Permission = "users:manage"
	ReadAudit     Permission = "audit:read"
)

// Right is a row of the table of who may do what.
type Right struct {
	Permission Permission
	What       string // in words, for docs/roles.md
	Roles      []Role
	Refusal    string // to everybody else, with who can help
}

// Rights is the one table of who may do what. A viewer may open resumes too when an
// admin has granted it.
func Rights() []Right {
	everybody, office, lawyers, admins := Roles(), []Role{Admin, Attorney, Intake}, []Role{Admin, Attorney}, []Role{Admin}
	return []Right{
		{ReadLeads, "read leads, notes, timelines, messages, the firm's profile, and who works here; keep saved views of one's own", everybody,
			"Your role doesn't let you read leads. An admin can give you another one."},
		{WriteLeads, "mark leads as reached out, reopen, assign and annotate them", office,
			"Your role lets you read leads, not change them. An admin can give you another one."},
		{ExportLeads, "save leads as a CSV file", office, "Your role doesn't let you export leads. An admin can give you another one."},
		{ReadFiles, "open resumes", office, "You can read this lead, and not its resume. An admin can let you open resumes."},
		{WriteMessages, "try a message again, send a test mail", office, "Your role doesn't let you send mail. An admin can give you another one."},
		{ReadReports, "see the reports and save them as CSV files", office, "Your role doesn't let you see reports. An admin can give you another one."},
		{ShareViews, "share a saved view with everybody", office,
			"Your role doesn't let you share views. Keep it to yourself, or ask an admin for another role."},
		{ReadSettings, "see the settings: the history of the notices, what mails look like", lawyers,
			"Your role doesn't let you see the settings. An admin can give you another one."},
		{WriteFirm, "change what the firm says of itself, and its notices", admins, "Only an admin may change what the firm says of itself."},
		{ManageViews, "change and delete views that others share", admins, "Only whoever saved this view, or an admin, may change or delete it."},
		{DeleteLeads, "delete a lead for good", admins, "Only an admin may delete a lead."},
		{ReadSystem, "see how the server stands", admins, "Only an admin may see how the server stands."},
		{ManageUsers, "add people, change their roles, keep them out", admins, "Only an admin may see and change who works here."},
		{ReadAudit, "read the audit and save it as a CSV file", admins, "Only an admin may read the audit. An admin can give you that role."},
	}
}

// can is the one question that is asked of the table. What isn't in it is allowed to
// nobody.
func can(r Role, p Permission) bool {
	return slices.ContainsFunc(Rights(), func(row Right) bool { return row.Permission == p && slices.Contains(row.Roles, r) })
}

// Everybody tells whether all roles have a permission, so that nobody who is signed
// in is refused.
func (p Permission) Everybody() bool {
	return !slices.ContainsFunc(Roles(), func(r Role) bool { return !User{Role: r}.May(p) })
}

// Refusal is what somebody hears who hasn't this permission.
func (p Permission) Refusal() *fault.Error {
	detail := "You may not do this. Ask an admin."
	for _, row := range Rights() {
		if row.Permission == p {
			detail = row.Refusal
		}
	}
	return fault.New(fault.Forbidden, "forbidden", detail)
}

// May tells whether the user has a permission, by role or by a grant. Who comes by an API
// key has it only when a scope of the key gives it too.
func (u User) May(p Permission) bool {
	return u.roleGives(p) && (!u.ByKey() || p == SignedIn || u.Scopes.give(p))
}

func (u User) roleGives(p Permission) bool {
	return p == SignedIn || can(u.Role, p) || p == ReadFiles && u.Files && u.Role == Viewer
}

// Permissions are all that the user has.
func (u User) Permissions() []Permission {
	all := []Permission{}
	for _, row := range Rights() {
		if u.May(row.Permission) {
			all = append(all, row.Permission)
		}
	}
	return all
}
