package edge

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"usher/internal/fault"
)

// statusOf is the one table from kinds to statuses.
func statusOf(kind fault.Kind) int {
	switch kind {
	case fault.Malformed:
		return http.StatusBadRequest
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.MethodNotAllowed:
		return http.StatusMethodNotAllowed
	case fault.Conflict:
		return http.StatusConflict
	case fault.Stale:
		return http.StatusPreconditionFailed
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Unsupported:
		return http.StatusUnsupportedMediaType
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Throttled:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Internal:
	}
	return http.StatusInternalServerError
}

// Status is the HTTP status of an error, and what may be said of it: for errors
// outside the closed set only that something went wrong.
func Status(err error) (int, *fault.Error) {
	known, ok := errors.AsType[*fault.Error](err)
	if !ok {
		known = fault.New(fault.Internal, "internal", "Something went wrong on our side. Nothing that you sent was changed by it.")
	}
	return statusOf(known.Kind), known
}

// WriteRetryAfter sets Retry-After in whole seconds, rounded up.
func WriteRetryAfter(w http.ResponseWriter, pause time.Duration) {
	if pause > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(pause.Seconds()))))
	}
}
