package httpapi

import (
	"net/http"

	"usher/internal/apidocs"
)

// mountDocs adds the page that shows the document. A file that it hasn't got is
// any other page that isn't there.
func (s *Server) mountDocs(mux *http.ServeMux) {
	docs := apidocs.New()
	mux.Handle(apidocs.Path, adapt(read(docs.Page).serve))
	mux.Handle(apidocs.Path+"/{$}", adapt(read(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, apidocs.Path, http.StatusPermanentRedirect)
	}).serve))
	mux.Handle(apidocs.Path+"/{file}", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("file")
		if !docs.Has(name) {
			s.Pages.ServeHTTP(w, r)
			return
		}
		adapt(read(func(w http.ResponseWriter, r *http.Request) { docs.File(w, r, name) }).serve).ServeHTTP(w, r)
	}))
}

// read is a resource that can be read and nothing else.
func read(h http.HandlerFunc) resource {
	return resource{http.MethodGet: func(w http.ResponseWriter, r *http.Request) error {
		h(w, r)
		return nil
	}}
}

// openAPI answers with the document. It is made at the first request and kept: it
// doesn't change while the program runs, and making it takes milliseconds.
func (s *Server) openAPI(w http.ResponseWriter, r *http.Request) error {
	document, err := s.document()
	if err != nil {
		return err
	}
	document(w, r)
	return nil
}

func documentHandler() (http.HandlerFunc, error) {
	body, err := OpenAPI()
	if err != nil {
		return nil, err
	}
	return apidocs.Document(body)
}
