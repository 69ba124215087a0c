package site

import (
	"encoding/json"
	"net/http"

	"usher/internal/auth"
	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/intake"
)

// fieldReplaces is the id of a kept file that goes when another comes.
const fieldReplaces = "replaces"

// uploaded is the answer to a file that came before its form.
type uploaded struct {
	ID        string `json:"id"`
	Filename  string `json:"filename"`
	Size      int64  `json:"size"` // bytes
	Protected bool   `json:"protected"`
}

// upload takes the resume as soon as it is chosen, for a page with JavaScript. The
// answer is JSON: 201 with uploaded, 204 when a file was only taken away, and otherwise
// a sentence in the page's language and the code of what is wrong.
func (s *Site) upload(w http.ResponseWriter, r *http.Request) error {
	reader := intake.Reader{Shelf: s.Kept.Shelf}
	err := edge.PlainBody(r)
	if err == nil {
		err = s.Uploads.Allow(r, s.Now())
	}
	if err != nil {
		reader.Drain(r)
		return s.noUpload(w, r, err)
	}
	form, err := reader.Read(r.Context(), r, w, intake.Options{Lenient: true, Extra: []string{fieldToken, fieldReplaces}})
	defer form.Discard()
	if err != nil {
		return s.noUpload(w, r, err)
	}
	token, own := s.openToken(form.Extra[fieldToken])
	if !own {
		return s.noUpload(w, r, fault.New(fault.Invalid, "lapsed_form", "The form's token is missing or not one of this server's."))
	}
	old := form.Extra[fieldReplaces]
	if old != "" && form.Upload == nil && len(form.Bad) == 1 && form.Bad[0] == intake.Missing() {
		if err := s.Kept.Drop(r.Context(), old, token.name()); err != nil {
			return s.noUpload(w, r, err)
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if len(form.Bad) > 0 {
		return s.noUpload(w, r, fault.Violated(form.Bad))
	}
	file, err := s.Kept.Keep(r.Context(), token.name(), auth.Network(edge.Client(r)), form.Upload)
	if err != nil {
		return s.noUpload(w, r, err)
	}
	if old != "" { // only now, so that a bad file takes no good one's place
		_ = s.Kept.Drop(r.Context(), old, token.name()) // it lapses
	}
	return writeJSON(w, http.StatusCreated, uploaded{file.ID, file.Ref.Filename, file.Ref.Size, file.Ref.Protected})
}

func (s *Site) noUpload(w http.ResponseWriter, r *http.Request, err error) error {
	edge.NoteError(r, err)
	words := s.speak(r, "")
	status, known := edge.Status(err)
	edge.WriteRetryAfter(w, known.RetryAfter)
	message := words.Text("page.failed_text")
	if problems, ok := s.problems(words, err); ok {
		message = problems[0].Message
	}
	return writeJSON(w, status, map[string]string{"message": message, "code": known.Code})
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a reader who left can't be told
	return nil
}
