package httpapi

import (
	"errors"
	"io"
	"net/http"
	"time"

	"usher/internal/edge"
	"usher/internal/fault"
	"usher/internal/firm"
	"usher/internal/staff"
)

// FirmView is what the firm says of itself on its pages and in its mails.
type FirmView struct {
	Name            string               `json:"name" example:"Ellison & Okoye" doc:"Empty: the one of the settings."`
	Accent          string               `json:"accent" example:"#175a8a" doc:"Empty: Usher's own."`
	TimeZone        string               `json:"time_zone" example:"America/New_York" doc:"Of the IANA database. Empty: UTC."`
	ContactWithin   int                  `json:"contact_within_hours" example:"24" minimum:"0" maximum:"720" doc:"The promise in figures, for reports: hours of the calendar, nights and weekends among them, from receipt to the first contact. 0: none."`
	AskRead         bool                 `json:"ask_read" doc:"The form asks for a tick in \"I have read this\"."`
	EmbedSites      []string             `json:"embed_sites" doc:"Sites that may show the form in a frame."`
	ReturnAddresses []string             `json:"return_addresses" doc:"Where a form of the firm's own may send the prospect back."`
	Texts           map[string]TextsView `json:"texts" doc:"The firm's own words, by language."`
	Logo            *LogoView            `json:"logo"`
	Languages       []string             `json:"languages" doc:"Of the public pages; the first is the default."`
	FormURL         string               `json:"form_url" format:"uri" example:"https://intake.firm.example/" doc:"Where the form is."`
	Version         int64                `json:"version" doc:"Grows with each change; also the ETag. 0 while nothing was set."`
	UpdatedAt       *time.Time           `json:"updated_at" doc:"Null while nothing was set."`
	UpdatedBy       *string              `json:"updated_by" format:"uuid" doc:"The user who made the last change; null while nothing was set."`
}

// TextsView is the firm's own words in one language; empty where it has none.
type TextsView struct {
	Hours    string `json:"hours" example:"Mon to Fri, 9:00 to 17:30"`
	Promise  string `json:"promise" example:"We answer within one working day." doc:"What happens next: on the page of thanks and in the confirmation, in the place of words that promise nothing."`
	Urgent   string `json:"urgent" example:"Court date this week? Call 555-0100."`
	MailNote string `json:"mail_note" doc:"In the confirmation mail."`
}

// LogoView is what an answer says of the logo; the bytes are at its url.
type LogoView struct {
	URL         string `json:"url"`
	ContentType string `json:"content_type"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
}

// NoticeView is one version of a notice.
type NoticeView struct {
	Language    string    `json:"language" example:"en"`
	Version     int64     `json:"version" doc:"Counts over all languages, and stands with each lead that was told."`
	Text        string    `json:"text" doc:"Empty: the notice was withdrawn."`
	Current     bool      `json:"current" doc:"The form shows it."`
	PublishedAt time.Time `json:"published_at"`
	PublishedBy string    `json:"published_by" format:"uuid"`
}

// NoticeDraft is a text to begin with.
type NoticeDraft struct {
	Language string `json:"language" example:"es"`
	Text     string `json:"text"`
	Remark   string `json:"remark" example:"Review before use."`
}

// NoticeList is every notice that there was.
type NoticeList struct {
	Items      []NoticeView  `json:"items"`
	NextCursor *string       `json:"next_cursor" doc:"null: all of them are on the one page."`
	Drafts     []NoticeDraft `json:"drafts" doc:"One for each language of the pages that has no notice. Nobody sees a draft before it is published."`
}

const draftRemark = "Review before use."

func (s *Server) firmView(p firm.Profile) FirmView {
	v := FirmView{
		Name: p.Name, Accent: p.Accent, TimeZone: p.Zone, ContactWithin: p.ContactWithin, AskRead: p.AskRead,
		EmbedSites: append([]string{}, p.EmbedSites...), ReturnAddresses: append([]string{}, p.ReturnAddresses...),
		Texts: map[string]TextsView{}, Languages: append([]string{}, s.Firm.Languages...), FormURL: s.FormURL,
		Version: p.Version, UpdatedAt: maybe(p.UpdatedAt), UpdatedBy: maybe(p.UpdatedBy),
	}
	for language, texts := range p.Texts {
		v.Texts[language] = TextsView(texts)
	}
	if p.Logo != nil {
		v.Logo = &LogoView{"/logo/" + p.Logo.Digest, p.Logo.ContentType, p.Logo.Width, p.Logo.Height}
	}
	return v
}

func noticeView(n firm.Notice, current bool) NoticeView {
	return NoticeView{n.Language, n.Version, n.Text, current, n.PublishedAt, n.PublishedBy}
}

func (s *Server) answerFirm(w http.ResponseWriter, p firm.Profile, err error) error {
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(p.Version))
	return writeJSON(w, http.StatusOK, s.firmView(p))
}

func (s *Server) getFirm(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	now, err := s.Firm.Store.Firm(r.Context()) // not what was read last: who edits it needs the truth
	return s.answerFirm(w, now.Profile, err)
}

func (s *Server) changeFirm(w http.ResponseWriter, r *http.Request, u staff.User) error {
	c, bad, err := readChange(w, r)
	if err != nil {
		return err
	}
	_, more := c.Check(s.Firm.Languages)
	if err := fault.Violated(besides(bad, more)); err != nil {
		return err
	}
	p, err := s.Firm.Change(r.Context(), c, u.ID, seen(r).Holds)
	return s.answerFirm(w, p, err)
}

func (s *Server) setLogo(w http.ResponseWriter, r *http.Request, u staff.User) error {
	if err := edge.PlainBody(r); err != nil {
		return err
	}
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, firm.MaxLogoBytes))
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		return firm.LogoTooLarge()
	}
	if refused, ok := errors.AsType[*fault.Error](err); ok { // who sent it may not any more
		return refused
	}
	if err != nil {
		return fault.Wrap(err, fault.Malformed, "incomplete", "The picture did not arrive whole. Send it again.")
	}
	logo, err := firm.NewLogo(content)
	if err != nil {
		return err
	}
	p, err := s.Firm.SetLogo(r.Context(), logo, u.ID)
	return s.answerFirm(w, p, err)
}

func (s *Server) removeLogo(w http.ResponseWriter, r *http.Request, u staff.User) error {
	if _, err := s.Firm.SetLogo(r.Context(), nil, u.ID); err != nil {
		return err
	}
	return writeNothing(w)
}

func (s *Server) listNotices(w http.ResponseWriter, r *http.Request, _ staff.User) error {
	all, err := s.Firm.Store.Notices(r.Context())
	if err != nil {
		return err
	}
	now, err := s.Firm.Store.Firm(r.Context())
	if err != nil {
		return err
	}
	list := NoticeList{Items: make([]NoticeView, 0, len(all)), Drafts: []NoticeDraft{}}
	for _, n := range all {
		list.Items = append(list.Items, noticeView(n, now.Notices[n.Language].Version == n.Version))
	}
	for _, language := range s.Firm.Languages {
		if text := s.Draft(language); text != "" && now.Notices[language].Version == 0 {
			list.Drafts = append(list.Drafts, NoticeDraft{language, text, draftRemark})
		}
	}
	return writeJSON(w, http.StatusOK, list)
}

func (s *Server) publishNotice(w http.ResponseWriter, r *http.Request, u staff.User) error {
	var n firm.NewNotice
	bad, err := violationsOf(readJSON(w, r, field{"language", &n.Language}, field{"text", &n.Text}))
	if err != nil {
		return err
	}
	_, more := n.Check(s.Firm.Languages)
	if err := fault.Violated(besides(bad, more)); err != nil {
		return err
	}
	stands, added, err := s.Firm.Publish(r.Context(), n, u.ID)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if added {
		status = http.StatusCreated
	}
	return writeJSON(w, status, noticeView(stands, stands.Text != ""))
}
