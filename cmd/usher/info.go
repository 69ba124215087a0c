package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"time"

	"usher/internal/httpapi"
)

type openapiCmd struct{}

// Run prints the document.
func (openapiCmd) Run(c *call) error {
	document, err := httpapi.OpenAPI()
	if err != nil {
		return err
	}
	_, err = c.stdout.Write(document)
	return err
}

type configCmd struct{}

// Run prints the settings.
func (configCmd) Run(c *call) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	return cfg.Print(c.stdout)
}

type healthCmd struct{}

// Run asks the server that this configuration would start.
func (healthCmd) Run(c *call) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "localhost"
	}
	request, err := http.NewRequestWithContext(c.ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return err
	}
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{Proxy: nil}}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("the server does not answer: %w", err)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<10))
	if err := response.Body.Close(); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers with %s", response.Status)
	}
	_, err = fmt.Fprintln(c.stdout, "ok")
	return err
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(c *call) error {
	_, err := fmt.Fprintf(c.stdout, "usher %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
