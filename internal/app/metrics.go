package app

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"usher/internal/lead"
	"usher/internal/mail"
)

// gauges reads the metrics from the database when they are asked for, so that
// they can't drift from it.
type gauges struct {
	app                            *App
	messages, stuck, leads, intake *prometheus.Desc
}

func (a *App) metrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &gauges{
		app:      a,
		messages: prometheus.NewDesc("usher_messages", "Messages of the outbox.", []string{"state"}, nil),
		stuck:    prometheus.NewDesc("usher_messages_stuck", "Messages unsent for ten minutes or more.", nil, nil),
		leads:    prometheus.NewDesc("usher_leads", "Leads.", []string{"state"}, nil),
		intake:   prometheus.NewDesc("usher_ready", "1 when a lead can be stored now.", nil, nil),
	})
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// Describe implements prometheus.Collector.
func (g *gauges) Describe(descs chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{g.messages, g.stuck, g.leads, g.intake} {
		descs <- d
	}
}

// Collect implements prometheus.Collector.
func (g *gauges) Collect(metrics chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	messages, err := g.app.store.MessageCounts(ctx)
	for _, state := range mail.States() {
		if err == nil {
			gauge(g.messages, float64(messages[state]), string(state))
		}
	}
	if sum, err := g.app.Dispatcher.Summary(ctx, true); err == nil {
		gauge(g.stuck, float64(sum.Stuck))
	}
	leads, err := g.app.store.Counts(ctx, lead.Filter{})
	for _, state := range []lead.State{lead.Pending, lead.ReachedOut} {
		if err == nil {
			gauge(g.leads, float64(leads[state]), string(state))
		}
	}
	ready := 0.0
	if g.app.Ready(ctx) == nil {
		ready = 1
	}
	gauge(g.intake, ready)
}
