package httpapi

import (
	"net/http"
	"time"

	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/staff"
)

const exampleSetCookie = edge.CookieName + "=Zt1Yc8Rw5Lp4Sd6Fgk3J9x0aVb2Qm7hN1uE7oTiKsXw; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax"

func exampleMe() Me {
	return meIn("America/New_York", staff.User{ID: exampleUserID, Email: "ana@firm.example", Name: "Ana Rivera", Role: staff.Attorney})
}

func exampleMeByKey() Me {
	me := meIn("America/New_York", staff.User{
		ID: exampleUserID, Email: "ana@firm.example", Name: "Ana Rivera", Role: staff.Attorney, KeyID: exampleKeyID, Scopes: "leads:read files:read",
	})
	me.APIKey = &MyKey{exampleKeyID, "Nightly import", []staff.Scope{staff.ReadScope, staff.FilesScope}, maybe(exampleTime().AddDate(0, 0, 90))}
	return me
}

func exampleStaff() StaffList {
	return StaffList{Items: []StaffView{
		{ID: exampleUserID, Email: "ana@firm.example", Name: "Ana Rivera"},
		{ID: "01a2150c-2f7d-7a31-b0c4-9d8e7f6a5b4c", Email: "ben@firm.example", Name: "Ben Cole", Disabled: true},
	}}
}

func signInOperation() operation {
	return operation{
		id: "signIn", tag: "Session", public: true, summary: "Sign in a browser",
		text: "Begins a session that lives in a cookie, and ends the one of the cookie that came along. It lapses after 12 hours without a " +
			"request, and after 7 days. A second cookie shows at the next sign-in that this browser is known; its failures for the same user then count apart " +
			"from others of its network. Programs take a token instead.",
		body:   jsonBody(true, sample{"Sign in", SignInBody{Email: "ana@firm.example", Password: "correct horse battery"}}),
		status: http.StatusCreated, gives: "You are signed in.", samples: []sample{{"An attorney", exampleMe()}}, headers: []string{"Set-Cookie"},
		problems: append(jsonRefusals(
			crossOrigin(),
			invalid("A member is missing or wrong. email, password: `required`. Any: `unknown_field`, `duplicate`, `wrong_type`.",
				fault.Violation{Field: "email", Code: "required", Message: "Enter your e-mail address."},
				fault.Violation{Field: "password", Code: "required", Message: "Enter your password."}),
			refused(fault.Unauthenticated, "invalid_credentials", "The e-mail address or the password is wrong.",
				"Address or password is wrong, or the user is disabled; the answer doesn't tell which."),
			cannotStore("The database can't be read, or too many sessions wait to be stored already."), intakeStopped(),
		), throttled("Too many sign-ins failed for this address from this network, or from this network.")...),
	}
}

func signOutOperation() operation {
	return operation{
		id: "signOut", tag: "Session", summary: "Sign out",
		text: "Ends the session of the cookie, which is taken away, or else the one of the access token with all its tokens. " +
			"A token that names no session lapses by itself.",
		status: http.StatusNoContent, gives: "The session has ended.", headers: []string{"Set-Cookie"}, problems: staffReads(crossOrigin()),
	}
}

func passwordOperation() operation {
	return operation{
		id: "changePassword", tag: "Session", summary: "Change your password",
		text: "Ends all your sessions, everywhere. A browser gets a new one with the answer; who came with a token signs in again. " +
			"Wrong current passwords count like failed sign-ins.",
		body:   jsonBody(true, sample{"A new one", PasswordBody{Current: "correct horse battery", New: "seven quiet green lamps"}}),
		status: http.StatusNoContent, gives: "The new password counts.", headers: []string{"Set-Cookie"},
		problems: append(staffWrites(jsonRefusals(
			invalid("A member is missing or wrong. current_password: `required`, `wrong_password`. new_password: `required`, `too_short`, "+
				"`too_long`, `too_common`, `too_personal`, `invalid_characters`. Any: `unknown_field`, `duplicate`, `wrong_type`.",
				fault.Violation{Field: "current_password", Code: "wrong_password", Message: "This is not your current password."}),
		)...), throttled("Too many wrong passwords were sent for this user from this network, or from this network.")...),
	}
}

// throttled are the refusals of whatever checks a password.
func throttled(when string) []refusal {
	return []refusal{
		{err: &fault.Error{Kind: fault.Throttled, Code: "too_many_sign_ins", RetryAfter: time.Second,
			Detail: "Too many failed sign-ins. Wait before the next try."}, when: when},
		{err: &fault.Error{Kind: fault.Throttled, Code: "busy", RetryAfter: time.Second,
			Detail: "Too many people are signing in at once. Try again in a moment."}, when: "Too many people are signing in at once."},
	}
}
