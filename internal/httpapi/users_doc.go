package httpapi

import (
	"net/http"
	"time"

	"usher/internal/fault"
	"usher/internal/staff"
)

// NewUserBody is somebody to add.
type NewUserBody struct {
	Email    string `json:"email" format:"email" example:"ben@firm.example"`
	Name     string `json:"name,omitempty" maxLength:"200" example:"Ben Cole"`
	Role     string `json:"role" enum:"admin,attorney,intake,viewer" example:"intake"`
	Files    bool   `json:"files,omitempty" doc:"Let a viewer open resumes."`
	Password string `json:"password,omitempty" format:"password" minLength:"12" doc:"Without one they choose it themselves, by the link of an invitation. At least 12 characters, none that many people use, and more than a name or an address."`
}

// UserBody is what a user becomes; what is left out stays as it is.
type UserBody struct {
	Name     string `json:"name,omitempty" maxLength:"200" example:"Ben Cole"`
	Role     string `json:"role,omitempty" enum:"admin,attorney,intake,viewer" example:"attorney"`
	Files    *bool  `json:"files,omitempty" doc:"Let a viewer open resumes, or no longer. Another role takes it away."`
	Disabled *bool  `json:"disabled,omitempty" doc:"Keep them out, or let them in again."`
}

func exampleUser() UserView {
	return userView(staff.User{
		ID: exampleUserID, Email: "ana@firm.example", Name: "Ana Rivera", Role: staff.Attorney, PasswordHash: "-", CreatedAt: exampleTime(), LastSeenAt: exampleTime().Add(time.Hour),
	}, time.Time{})
}

func exampleNewUser() UserView {
	return userView(staff.User{
		ID: "01a2150c-2f7d-7a31-b0c4-9d8e7f6a5b4c", Email: "ben@firm.example", Name: "Ben Cole", Role: staff.Intake, CreatedAt: exampleTime(),
	}, exampleTime().Add(staff.InvitationLife))
}

func usersOperation() operation {
	return operation{
		id: "listUsers", tag: "Users", summary: "List the users", text: "Also those who can't sign in any more. By name, then by address.",
		status: http.StatusOK, gives: "Everybody.", samples: []sample{{"Two people", UserList{Items: []UserView{exampleUser(), exampleNewUser()}}}},
		problems: staffReads(),
	}
}

func userOperation() operation {
	return operation{
		id: "getUser", tag: "Users", summary: "Get one user", params: []param{idParam("user", exampleUserID)},
		status: http.StatusOK, gives: "The user.", samples: []sample{{"An attorney", exampleUser()}}, problems: staffReads(noSuch("user")),
	}
}

func addUserOperation() operation {
	return operation{
		id: "addUser", tag: "Users", summary: "Add a user",
		text: "Without a password an invitation goes out by mail: its link works once, for seven days, and whoever follows it chooses a password. " +
			"With one, tell it to them yourself; they change it under their name. White space at the ends of a name is removed.",
		body: jsonBody(true,
			sample{"By invitation", NewUserBody{Email: "ben@firm.example", Name: "Ben Cole", Role: "intake"}},
			sample{"A viewer with a password", NewUserBody{Email: "eva@firm.example", Role: "viewer", Files: true, Password: "nine small brown birds"}}),
		status: http.StatusCreated, gives: "The user.", samples: []sample{{"Invited", NewUserView{exampleNewUser(), maybe(exampleLinkURL())}}}, headers: []string{"Location"},
		problems: append(staffWrites(jsonRefusals(
			refused(fault.Conflict, "email_taken", "A user with this address exists already.", "Somebody has this address, perhaps somebody who is disabled. It names `email`."),
			invalid("A member is missing or wrong. email: `required`, `invalid_email`. name: `invalid_name`. role: `required`, `unknown_role`. files: `only_viewers`. "+
				"password: `too_short`, `too_long`, `too_common`, `too_personal`, `invalid_characters`. Any: `unknown_field`, `duplicate`, `wrong_type`.",
				fault.Violation{Field: "email", Code: "required", Message: "Enter their e-mail address."},
				fault.Violation{Field: "role", Code: "unknown_role", Message: "Use admin, attorney, intake or viewer."}),
		)...), tooManySignIns()),
	}
}

func changeUserOperation() operation {
	on, off := true, false
	return operation{
		id: "changeUser", tag: "Users", summary: "Change a user",
		text: "Holds from their next request on. Whoever is disabled is out at once, everywhere; enabled again they sign in anew. " +
			"What is left out stays as it is. Users are never deleted: what they did keeps their name.",
		params: []param{idParam("user", exampleUserID)},
		body: jsonBody(true, sample{"Another role", UserBody{Role: "attorney"}}, sample{"A viewer opens resumes", UserBody{Files: &on}},
			sample{"Kept out", UserBody{Disabled: &on}}, sample{"Let in again", UserBody{Disabled: &off}}),
		status: http.StatusOK, gives: "The user as they are now.", samples: []sample{{"An attorney", exampleUser()}},
		problems: staffWrites(jsonRefusals(noSuch("user"),
			refused(fault.Conflict, "last_admin", "This is the last admin who can sign in. Make somebody else an admin first.", "Nobody could manage the firm's people any more."),
			invalid("A member is wrong. name: `invalid_name`. role: `unknown_role`. files: `only_viewers`. Any: `unknown_field`, `duplicate`, `wrong_type`.",
				fault.Violation{Field: "role", Code: "unknown_role", Message: "Use admin, attorney, intake or viewer."},
				fault.Violation{Field: "files", Code: "only_viewers", Message: "Only a viewer is granted resumes; the other roles open them anyway."}),
		)...),
	}
}
