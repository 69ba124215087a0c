package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

// The ceiling is the yardstick of the load run, and nothing that anybody should
// run: a bare server that does the durable work of an intake and no more. A
// submission is streamed to a file with its SHA-256; files are synced in parallel;
// one sync of the folder and one commit (WAL, FULL) pay for all that wait. Lists
// are keyset pages, searches go to FTS5, a token is checked and its user read.
// There is no validation, no problem to answer with, no log, no mail and no page.
type ceiling struct {
	store   *ceilingStore
	folder  string
	self    *os.File
	key     []byte
	buffers sync.Pool
}

// ceilingLead is a row, and what is answered of it: as much as Usher answers.
type ceilingLead struct {
	ID          string    `json:"id"`
	Reference   string    `json:"reference"`
	FirstName   string    `json:"first_name"`
	LastName    string    `json:"last_name"`
	Email       string    `json:"email"`
	Language    string    `json:"language"`
	State       string    `json:"state"`
	CreatedAt   time.Time `json:"created_at"`
	Filename    string    `json:"filename"`
	ContentType string    `json:"content_type"`
	Size        int64     `json:"size"`
	SHA256      string    `json:"sha256"`
	Key         string    `json:"resume_key"`
	Reached     *int64    `json:"reached_out_at"`
	By          *string   `json:"reached_out_by"`
	Assignee    *string   `json:"assignee"`
	Version     int64     `json:"version"`
}

// serveCeiling serves until ctx ends. It prints its address and a token.
func serveCeiling(ctx context.Context, dir string, out io.Writer) (err error) {
	c := &ceiling{folder: filepath.Join(dir, "resumes"), key: []byte(uuid.NewString())}
	c.buffers.New = func() any { b := make([]byte, 64<<10); return &b }
	if err := os.MkdirAll(c.folder, 0o700); err != nil {
		return err
	}
	if c.self, err = os.Open(c.folder); err != nil {
		return err
	}
	defer func() { _ = c.self.Close() }()
	if c.store, err = openCeiling(ctx, filepath.Join(dir, ceilingDatabase), c.self.Sync); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.store.close()) }()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"sub": ceilingUser, "exp": time.Now().Add(time.Hour).Unix()}).SignedString(c.key)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "listening on http://%s\ntoken %s\n", listener.Addr(), token); err != nil {
		return err
	}
	server := &http.Server{Handler: c.routes(), ReadHeaderTimeout: time.Minute}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (c *ceiling) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/leads", c.answering(http.StatusCreated, c.submit))
	mux.HandleFunc("GET /api/v1/leads", c.answering(http.StatusOK, c.signedIn(c.list)))
	mux.HandleFunc("GET /api/v1/leads/{id}", c.answering(http.StatusOK, c.signedIn(c.one)))
	mux.HandleFunc("PATCH /api/v1/leads/{id}", c.answering(http.StatusOK, c.signedIn(c.change("REACHED_OUT"))))
	mux.HandleFunc("POST /api/v1/leads/{id}/reopen", c.answering(http.StatusOK, c.signedIn(c.change("PENDING"))))
	return mux
}

type answer func(r *http.Request) (any, error)

func (c *ceiling) answering(status int, do answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := do(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		body, err := json.Marshal(v)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}
}

func (c *ceiling) signedIn(do answer) answer {
	return func(r *http.Request) (any, error) {
		var claims jwt.RegisteredClaims
		text := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		_, err := jwt.ParseWithClaims(text, &claims, func(*jwt.Token) (any, error) { return c.key, nil }, jwt.WithValidMethods([]string{"HS256"}))
		if err != nil {
			return nil, err
		}
		if err := c.store.user(r.Context(), claims.Subject); err != nil {
			return nil, err
		}
		return do(r)
	}
}

func (c *ceiling) submit(r *http.Request) (any, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	l := ceilingLead{ID: uuid.Must(uuid.NewV7()).String(), Key: uuid.NewString(), Language: "en", State: "PENDING", CreatedAt: now, Version: 1}
	l.Reference = l.Key[:8]
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if part.FileName() != "" {
			err = c.receive(part, &l)
		} else {
			err = field(part, &l)
		}
		if err != nil {
			return nil, err
		}
	}
	return l, c.store.add(r.Context(), l)
}

func field(part *multipart.Part, l *ceilingLead) error {
	text, err := io.ReadAll(io.LimitReader(part, 1<<10))
	switch part.FormName() {
	case "first_name":
		l.FirstName = string(text)
	case "last_name":
		l.LastName = string(text)
	case "email":
		l.Email = string(text)
	}
	return err
}

func (c *ceiling) receive(part *multipart.Part, l *ceilingLead) error {
	l.Filename, l.ContentType = part.FileName(), "application/pdf"
	name := filepath.Join(c.folder, l.Key)
	f, err := os.OpenFile(name+".tmp", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	l.Size, err = c.copy(f, sum, part)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	l.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return os.Rename(name+".tmp", name)
}

// copy fills a whole buffer before it writes.
func (c *ceiling) copy(f io.Writer, sum hash.Hash, from io.Reader) (size int64, err error) {
	lent, _ := c.buffers.Get().(*[]byte)
	defer c.buffers.Put(lent)
	for {
		n, err := io.ReadFull(from, *lent)
		sum.Write((*lent)[:n])
		if _, err := f.Write((*lent)[:n]); err != nil {
			return size, err
		}
		size += int64(n)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return size, nil
		}
		if err != nil {
			return size, err
		}
	}
}

func (c *ceiling) list(r *http.Request) (any, error) {
	q := r.URL.Query()
	leads, err := c.store.page(r.Context(), strings.ToLower(q.Get("q")), q.Get("cursor"))
	if err != nil {
		return nil, err
	}
	page := map[string]any{"next_cursor": nil}
	if len(leads) > pageSize {
		leads = leads[:pageSize]
		last := leads[pageSize-1]
		page["next_cursor"] = fmt.Sprintf("%d.%s", last.CreatedAt.UnixMicro(), last.ID)
	}
	page["items"] = leads
	return page, nil
}

func (c *ceiling) one(r *http.Request) (any, error) {
	return c.store.one(r.Context(), r.PathValue("id"))
}

func (c *ceiling) change(state string) answer {
	return func(r *http.Request) (any, error) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return nil, err
		}
		return c.store.change(r.Context(), r.PathValue("id"), state)
	}
}
