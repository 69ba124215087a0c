package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// request is what goes over the wire, in pieces, so that a resume isn't copied for
// every submission.
type request struct {
	method string
	pieces net.Buffers
	want   int // status
}

// client is one connection that is kept. It does less than net/http's client, which
// would take from the server what it spends: both run on this machine.
type client struct {
	addr string
	conn net.Conn
	in   *bufio.Reader
}

func (c *client) close() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}

// do makes a request and reads the answer to its end.
func (c *client) do(ctx context.Context, r request) (body []byte, err error) {
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	if c.conn == nil {
		if c.conn, err = new(net.Dialer).DialContext(ctx, "tcp", c.addr); err != nil {
			return nil, err
		}
		c.in = bufio.NewReaderSize(c.conn, 32<<10)
	}
	if err := c.conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, err
	}
	pieces := append(net.Buffers{}, r.pieces...)
	if _, err := pieces.WriteTo(c.conn); err != nil {
		return nil, err
	}
	response, err := http.ReadResponse(c.in, &http.Request{Method: r.method})
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if body, err = io.ReadAll(response.Body); err != nil {
		return nil, err
	}
	if response.StatusCode != r.want {
		return body, fmt.Errorf("%s: status %d, want %d: %.200s", r.method, response.StatusCode, r.want, body)
	}
	if response.Close {
		c.close()
	}
	return body, nil
}

// plain makes a request without a large body, to which the answer is 200.
func plain(method, path, token, contentType, body string) request {
	head := method + " " + path + " HTTP/1.1\r\nHost: load.example\r\n"
	if token != "" {
		head += "Authorization: Bearer " + token + "\r\n"
	}
	if contentType != "" {
		head += "Content-Type: " + contentType + "\r\n"
	}
	if body != "" || method != http.MethodGet {
		head += fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	return request{method: method, pieces: net.Buffers{[]byte(head + "\r\n" + body)}, want: http.StatusOK}
}
