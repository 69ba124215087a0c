package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"usher/internal/app"
	"usher/internal/audit"
	"usher/internal/staff"
)

type userCmd struct {
	Add           userAddCmd     `cmd:"" help:"Add a user; the password is asked for, or read from standard input."`
	List          userListCmd    `cmd:"" help:"List the users."`
	Disable       userDisableCmd `cmd:"" help:"Keep a user from signing in, at once; --undo lets the user in again."`
	ResetPassword userResetCmd   `cmd:"" help:"Give a user a new password; it is asked for, or read from standard input."`
}

type userAddCmd struct {
	Email string `arg:"" help:"The user's e-mail address."`
	Name  string `help:"The user's name."`
	Role  string `default:"attorney" enum:"admin,attorney,intake,viewer" help:"admin, attorney, intake or viewer."`
}

// Run adds a user.
func (u userAddCmd) Run(c *call) error {
	return c.withUsers(func(s *staff.Service) error {
		password, err := c.password()
		if err != nil {
			return err
		}
		added, err := s.Add(c.ctx, staff.NewUser{Email: u.Email, Name: u.Name, Role: staff.Role(u.Role), Password: password}, false)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.stdout, "Added %s as %s.\n", added.Email, added.Role)
		return err
	})
}

type userListCmd struct{}

// Run lists the users.
func (userListCmd) Run(c *call) error {
	return c.withUsers(func(s *staff.Service) error {
		users, err := s.Store.Users(c.ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(c.stdout, 0, 4, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "EMAIL\tNAME\tROLE\tSTATE\tCREATED\tLAST SEEN")
		for _, u := range users {
			state := "active"
			if u.Disabled {
				state = "disabled"
			}
			seen := "never"
			if !u.LastSeenAt.IsZero() {
				seen = u.LastSeenAt.Format(time.DateOnly)
			}
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", u.Email, u.Name, u.Role, state, u.CreatedAt.Format(time.DateOnly), seen)
		}
		return table.Flush()
	})
}

type userDisableCmd struct {
	Email string `arg:"" help:"The user's e-mail address."`
	Undo  bool   `help:"Let the user sign in again."`
}

// Run disables or enables a user.
func (u userDisableCmd) Run(c *call) error {
	return c.withUsers(func(s *staff.Service) error {
		if err := s.Disable(c.ctx, u.Email, !u.Undo); err != nil {
			return err
		}
		_, err := fmt.Fprintln(c.stdout, "Done. All sessions of this user are ended.")
		return err
	})
}

type userResetCmd struct {
	Email string `arg:"" help:"The user's e-mail address."`
}

// Run gives a user a new password.
func (u userResetCmd) Run(c *call) error {
	return c.withUsers(func(s *staff.Service) error {
		password, err := c.password()
		if err != nil {
			return err
		}
		if err := s.ResetPassword(c.ctx, u.Email, password); err != nil {
			return err
		}
		_, err = fmt.Fprintln(c.stdout, "Done. All sessions of this user are ended.")
		return err
	})
}

func (c *call) withUsers(use func(*staff.Service) error) (err error) {
	a, err := c.open(false)
	if err != nil {
		return err
	}
	defer func(a *app.App) { err = errors.Join(err, a.Close()) }(a)
	c.ctx = audit.As(c.ctx, audit.Actor{Name: audit.CommandLine})
	return use(a.Staff)
}

// password is asked for twice on a terminal, and is the first line of standard
// input elsewhere. It is never an argument: those can be read by other users.
func (c *call) password() (string, error) {
	f, ok := c.stdin.(*os.File)
	if !ok || !isTerminal(f) {
		line, err := bufio.NewReader(io.LimitReader(c.stdin, 4096)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	first, err := c.ask(f, "Password: ")
	if err != nil {
		return "", err
	}
	second, err := c.ask(f, "Again: ")
	if err == nil && first != second {
		err = errors.New("the two passwords differ")
	}
	return first, err
}

func (c *call) ask(terminal *os.File, prompt string) (string, error) {
	_, _ = fmt.Fprint(c.stderr, prompt)
	text, err := term.ReadPassword(int(terminal.Fd()))
	_, _ = fmt.Fprintln(c.stderr)
	return string(text), err
}
