package httpapi

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/staff"
)

func (s *Server) resume(w http.ResponseWriter, r *http.Request, u staff.User) error {
	id, err := pathID(r, "lead")
	if err != nil {
		return err
	}
	l, file, err := s.Leads.OpenResume(r.Context(), id, u.ID, r.Method != http.MethodHead)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	h := w.Header()
	h.Set("Content-Type", l.Resume.ContentType)
	h.Set("Content-Disposition", attachment(l.Resume.Filename))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	h.Set("ETag", `"`+l.Resume.SHA256+`"`)
	if !strings.HasPrefix(r.Header.Get("Range"), "bytes=") { // another unit is as good as none (RFC 9110 section 14.2)
		r.Header.Del("Range")
	}
	http.ServeContent(&contentWriter{ResponseWriter: w, request: r}, r, "", time.Time{}, file)
	return nil
}

// contentWriter stands between http.ServeContent and the client: what is refused
// there, a range outside the file or an If-Match that doesn't match, is a problem
// too.
type contentWriter struct {
	http.ResponseWriter
	request *http.Request
	refused bool
}

// WriteHeader implements http.ResponseWriter.
func (w *contentWriter) WriteHeader(status int) {
	if status < http.StatusBadRequest {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	w.refused = true
	w.Header().Del("Content-Disposition")
	known := fault.New(fault.Internal, "internal", "The file can't be read right now.")
	switch status {
	case http.StatusRequestedRangeNotSatisfiable:
		known = fault.New(fault.Invalid, "range_not_satisfiable", "The file has no such range; Content-Range tells how long it is.")
	case http.StatusPreconditionFailed:
		known = fault.New(fault.Stale, "stale", "The file is another one than the header asks for.")
	}
	edge.NoteError(w.request, known)
	writeProblemAs(w.ResponseWriter, w.request, status, known)
}

// Write implements http.ResponseWriter.
func (w *contentWriter) Write(p []byte) (int, error) {
	if w.refused {
		return len(p), nil
	}
	return w.ResponseWriter.Write(p)
}

// attachment names a file for saving (RFC 6266): UTF-8 in filename* (RFC 8187)
// when the name needs it, beside an ASCII name for what is older.
func attachment(filename string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, filename)
	header := `attachment; filename="` + ascii + `"`
	if ascii == filename {
		return header
	}
	return header + "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(filename), "+", "%20")
}
