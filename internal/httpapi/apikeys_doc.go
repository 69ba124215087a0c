package httpapi

import (
	"net/http"
	"time"

	"usher/internal/auth"
	"usher/internal/fault"
	"usher/internal/staff"
)

const exampleKeyID = "01a21544-6c7d-7f80-8192-a3b4c5d6e7f8"

// NewAPIKeyBody is a key to make.
type NewAPIKeyBody struct {
	Name      string     `json:"name" maxLength:"100" example:"Nightly import" doc:"What it is for."`
	Scopes    []string   `json:"scopes" enum:"leads:read,leads:write,files:read,admin" minItems:"1" doc:"leads:write includes leads:read. admin is for admins to give."`
	ExpiresAt *time.Time `json:"expires_at,omitempty" doc:"null, or left out, for never."`
}

func exampleKey() APIKeyView {
	return apiKeyView(auth.APIKey{
		ID: exampleKeyID, UserID: exampleUserID, Name: "Nightly import", Scopes: "leads:read files:read",
		CreatedAt: exampleTime(), ExpiresAt: exampleTime().AddDate(0, 0, 90), LastUsedAt: exampleTime().Add(time.Hour),
	})
}

// exampleMadeKey has a text that no key has: its check doesn't fit.
func exampleMadeKey() MadeAPIKey {
	k := exampleKey()
	k.LastUsedAt = nil
	return MadeAPIKey{k, k.Prefix + "3kT0uZ8Qm5Yc1Rw7Lp2Sd9Fg4Jx6aVbNhEtiKsXo0Wqe000000"}
}

func apiKeysOperation() operation {
	return operation{
		id: "listAPIKeys", tag: "API keys", summary: "List API keys",
		text:   "Your own, or everybody's if you may manage users; the newest first. One that has expired is listed for 30 days more, one that was revoked isn't.",
		status: http.StatusOK, gives: "The keys.", samples: []sample{{"One key", APIKeyList{Items: []APIKeyView{exampleKey()}}}}, problems: staffReads(),
	}
}

func addAPIKeyOperation() operation {
	end := exampleTime().AddDate(0, 0, 90)
	return operation{
		id: "addAPIKey", tag: "API keys", summary: "Make an API key",
		text: "A program sends it as `Authorization: Bearer usher_…`. It may do what you may do and its scopes give, as both are at the time of each request; the page docs/roles.md " +
			"of the program's sources has the table. White space at the ends of the name is removed. A new password of yours doesn't end it.",
		body: jsonBody(true, sample{"For 90 days", NewAPIKeyBody{Name: "Nightly import", Scopes: []string{"leads:read", "files:read"}, ExpiresAt: &end}},
			sample{"For good", NewAPIKeyBody{Name: "Case system", Scopes: []string{"leads:write"}}}),
		status: http.StatusCreated, gives: "The key, whole this one time.", samples: []sample{{"The key", exampleMadeKey()}},
		problems: staffWrites(jsonRefusals(
			invalid("A member is missing or wrong. name: `required`, `too_long`, `invalid_characters`. scopes: `required`, `unknown_scope`, `only_admins`. "+
				"expires_at: `not_in_the_future`. Any: `unknown_field`, `duplicate`, `wrong_type`.",
				fault.Violation{Field: "name", Code: "required", Message: "Give the key a name, such as what uses it."},
				fault.Violation{Field: "scopes", Code: "only_admins", Message: "Only an admin may give a key the scope admin."}),
			refused(fault.Conflict, "too_many_keys", "You have 50 API keys. Revoke one first.", "A user may have 50."),
			refused(fault.Conflict, "too_many_keys_today", "You have made 1,000 API keys in a day. Wait until tomorrow.", "Each that is made stands in the audit for ever."),
		)...),
	}
}

func revokeAPIKeyOperation() operation {
	return operation{
		id: "revokeAPIKey", tag: "API keys", summary: "Revoke an API key", text: "Your own, or anybody's if you may manage users. Its next request is refused, its open stream ends.",
		params: []param{idParam("API key", exampleKeyID)}, status: http.StatusNoContent, gives: "It is void, and gone from the list.",
		problems: staffWrites(refused404("API key", "No key has this id, or it is somebody else's and you may not manage users, or it is no id at all.")),
	}
}

// refused404 is noSuch with other words for when that happens.
func refused404(what, when string) refusal {
	r := noSuch(what)
	r.when = when
	return r
}

// byKey is what an API key is refused, beside what its owner is.
func (r route) byKey() []refusal {
	switch {
	case r.door.person:
		return []refusal{{err: staff.ErrPerson, when: "You call by an API key, and this takes a person."}}
	case r.door.needs != staff.SignedIn:
		return []refusal{{err: staff.ErrScope, when: "You call by an API key none of whose scopes gives `" + string(r.door.needs) + "`, which its owner has."}}
	}
	return nil
}
