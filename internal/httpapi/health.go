package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"slices"

	"usher/internal/fault"
)

// Health is the answer of the health routes.
type Health struct {
	Status string `json:"status" enum:"ok"`
}

func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, http.StatusOK, Health{"ok"})
}

func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	if err := s.Ready(r.Context()); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, Health{"ok"})
}

// metrics answers on loopback only, and not what came in through a proxy there.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) error {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	peer, parseErr := netip.ParseAddr(host)
	forwarded := slices.ContainsFunc([]string{"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"}, func(name string) bool {
		return r.Header.Get(name) != ""
	})
	if err != nil || parseErr != nil || !peer.Unmap().IsLoopback() || forwarded {
		return fault.New(fault.NotFound, "not_found", "There is no such route.")
	}
	w.Header().Set("Cache-Control", "no-store")
	s.Metrics.ServeHTTP(w, r)
	return nil
}
