package app

import (
	"net/http"

	"usher/internal/audit"
	"usher/internal/auth"
	"usher/internal/edge"
	"usher/internal/intake"
	"usher/internal/live"
	"usher/internal/site"
	"usher/internal/staff"
	"usher/internal/store"
	"usher/internal/webapp"
)

// newLimiter makes a limit of what one network may send; nil when there is none.
func (a *App) newLimiter() *edge.Limiter {
	if a.cfg.PublicRate.Off {
		return nil
	}
	return edge.NewLimiter(a.cfg.PublicRate.PerMinute, a.cfg.PublicRate.Burst)
}

// noticeDraft is a text that a firm can begin its notice with, in one of its
// languages. The firm's counsel owns the words that it publishes.
func (a *App) noticeDraft(language string) string {
	return a.languages.Of(language).Text("notice.draft")
}

// pages gives everything that isn't the API: the public pages and the staff app.
func (a *App) pages(reader intake.Reader, limit *edge.Limiter, browser site.Browser) (http.Handler, error) {
	public, err := site.New(site.Site{
		Leads: a.Leads, Staff: a.Staff, Firm: a.Firm, FirmName: a.cfg.FirmName, Languages: a.languages, Intake: reader, Kept: a.kept,
		Limit: limit, Uploads: a.newLimiter(), Starts: a.newLimiter(), Funnel: a.funnel, Timing: !a.cfg.PublicRate.Off,
		Receipts: auth.NewSeal(a.secret, auth.ForReceipt), Tokens: auth.NewSeal(a.secret, auth.ForForm), Notices: auth.NewSeal(a.secret, auth.ForNotice),
		Setup: a.newSetup(), Browser: browser, Base: a.cfg.BaseURL.String(), MailOn: a.cfg.SMTP != nil, Now: a.env.Now, Log: a.env.Log,
	})
	if err != nil {
		return nil, err
	}
	staffApp, err := webapp.New(webapp.Embedded())
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", public.Handler())
	for _, below := range []string{webapp.Path, webapp.Path + "/"} {
		mux.Handle(below, staffApp.Handler(public.NotFound(), public.NotAllowed("GET, HEAD")))
	}
	return mux, nil
}

// streamed is what the stream's route needs: whom to listen to, and what was missed.
type streamed struct {
	*live.Hub
	*store.Store
}

// newcomer signs in the browser in which somebody has just become a user.
type newcomer struct {
	auth   *auth.Service
	cookie edge.SessionCookie
}

// SignIn implements site.Browser.
func (n newcomer) SignIn(w http.ResponseWriter, r *http.Request, u staff.User) error {
	ctx := audit.As(r.Context(), audit.Actor{UserID: u.ID, Network: auth.Network(edge.Client(r))})
	cookies, err := n.auth.BeginBrowser(ctx, u, n.cookie.Sent(r), auth.Place{Addr: edge.Client(r), Agent: r.UserAgent()})
	if err != nil {
		return err
	}
	n.cookie.Put(w, cookies)
	return nil
}
