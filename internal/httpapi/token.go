package httpapi

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/edge"
	"usher/internal/fault"
)

const maxTokenForm = 64 << 10 // bytes

// TokenAnswer is a successful answer of the token route (RFC 6749 section 5.1).
type TokenAnswer struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type" enum:"bearer"`
	ExpiresIn    int    `json:"expires_in" example:"900" doc:"Seconds."`
	RefreshToken string `json:"refresh_token" doc:"Good for one use."`
}

// TokenError is a refusal of the token route (RFC 6749 section 5.2).
type TokenError struct {
	Error       string `json:"error" enum:"invalid_request,invalid_grant,unsupported_grant_type,temporarily_unavailable,slow_down"`
	Description string `json:"error_description"`
}

var (
	errTokenRequest = fault.New(fault.Malformed, "invalid_request", "Send username and password, or refresh_token, once each, as a form.")
	errGrantType    = fault.New(fault.Malformed, "unsupported_grant_type", "Use grant_type password or refresh_token.")
)

// token answers in the shapes of RFC 6749, not as a problem.
func (s *Server) token(w http.ResponseWriter, r *http.Request) error {
	tokens, err := s.grant(w, r)
	if err != nil {
		edge.NoteError(r, err)
		status, refusal := tokenRefusal(err)
		if known, ok := errors.AsType[*fault.Error](err); ok {
			edge.WriteRetryAfter(w, known.RetryAfter)
		}
		return writeJSON(w, status, refusal)
	}
	w.Header().Set("Pragma", "no-cache") // RFC 6749 section 5.1 asks for it
	return writeJSON(w, http.StatusOK, TokenAnswer{
		AccessToken: tokens.Access, TokenType: "bearer", ExpiresIn: int(tokens.Expires.Seconds()), RefreshToken: tokens.Refresh,
	})
}

func (s *Server) grant(w http.ResponseWriter, r *http.Request) (auth.Tokens, error) {
	form, err := tokenForm(w, r)
	if err != nil {
		return auth.Tokens{}, err
	}
	// A parameter without a value counts as left out (RFC 6749 section 3.1).
	switch form.Get("grant_type") {
	case "", "password":
		if form.Get("username") == "" || form.Get("password") == "" {
			return auth.Tokens{}, errTokenRequest
		}
		return s.Auth.SignIn(r.Context(), form.Get("username"), form.Get("password"), place(r))
	case "refresh_token":
		if form.Get("refresh_token") == "" {
			return auth.Tokens{}, errTokenRequest
		}
		return s.Auth.Refresh(audit.As(r.Context(), audit.Actor{Network: network(r)}), form.Get("refresh_token"))
	}
	return auth.Tokens{}, errGrantType
}

// tokenForm reads the parameters from the body alone. One that we know must not
// come twice; others are ignored.
func tokenForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	if err := edge.PlainBody(r); err != nil {
		return nil, err
	}
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, errTokenRequest
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxTokenForm))
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		return nil, fault.New(fault.TooLarge, "invalid_request", "The form is longer than 64 KiB.")
	}
	if err != nil {
		return nil, errTokenRequest
	}
	// url.ParseQuery refuses a bare semicolon; forms give it no meaning, and passwords have it.
	form, err := url.ParseQuery(strings.ReplaceAll(string(body), ";", "%3B"))
	if err != nil {
		return nil, errTokenRequest
	}
	for _, name := range []string{"grant_type", "username", "password", "refresh_token"} {
		if len(form[name]) > 1 {
			return nil, errTokenRequest
		}
	}
	return form, nil
}

func tokenRefusal(err error) (int, TokenError) {
	status, known := edge.Status(err)
	switch known.Kind { //nolint:exhaustive // the rest is ours, and passes
	case fault.Unauthenticated, fault.Malformed:
		return http.StatusBadRequest, TokenError{known.Code, known.Detail}
	case fault.TooLarge, fault.Unsupported: // RFC 6749 knows 400 only
		return http.StatusBadRequest, TokenError{"invalid_request", known.Detail}
	case fault.Throttled:
		return status, TokenError{"slow_down", known.Detail}
	}
	return status, TokenError{"temporarily_unavailable", known.Detail}
}
