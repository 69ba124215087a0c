// Command usher takes in leads for a law firm: the public form, the API, the
// e-mails, and the tools to run them, in one program.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	_ "time/tzdata" // the container has no time zones of its own

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"usher/internal/app"
	"usher/internal/config"
	"usher/internal/fault"
)

// version is set when a release is built.
var version = "dev"

// The exit codes.
const (
	done     = 0
	failed   = 1
	wrongUse = 2
)

// commands is the command line; each command has a file of its own.
type commands struct {
	kong.Plugins // the flags of the settings

	Serve   serveCmd   `cmd:"" help:"Serve the form and the API."`
	User    userCmd    `cmd:"" help:"Add, list, disable users and reset passwords."`
	Migrate migrateCmd `cmd:"" help:"Bring the database up to date."`
	Verify  verifyCmd  `cmd:"" help:"Compare the database with the resumes; exit 1 for what is missing or damaged."`
	Doctor  doctorCmd  `cmd:"" help:"Look for trouble: settings, rights, disk, base URL, mail; --send-to you@firm.example sends a test message."`
	Demo    demoCmd    `cmd:"" help:"Make up a firm with leads in a temporary directory, and serve it on this machine."`
	Backup  backupCmd  `cmd:"" help:"Write database, resumes and key to one new file, also while a server works."`
	Restore restoreCmd `cmd:"" help:"Put a backup into an empty data directory, and verify it."`
	OpenAPI openapiCmd `cmd:"" name:"openapi" help:"Print the OpenAPI document."`
	Config  configCmd  `cmd:"" help:"Print every setting, where it came from, and no secret."`
	Health  healthCmd  `cmd:"" help:"Ask the running server whether it is alive."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// call is what every command gets.
type call struct {
	ctx    context.Context
	flags  map[string]string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

func main() {
	// Whatever is written holds personal data: nobody else on the machine reads it.
	syscall.Umask(0o077)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main without the process around it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	settings := settingFlags()
	exited := -1
	cli := &commands{Plugins: kong.Plugins{settings.Interface()}}
	parser, err := kong.New(cli, kong.Name("usher"), kong.Description("Lead intake for law firms."),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}))
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "usher:", err)
		return failed
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help was asked for
		return exited
	}
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "usher: %v\nRun usher --help to see the commands.\n", err)
		return wrongUse
	}
	c := &call{ctx: ctx, flags: flagValues(settings), stdin: stdin, stdout: stdout, stderr: stderr}
	if err := parsed.Run(c); err != nil {
		_, _ = fmt.Fprintln(stderr, "usher:", explain(err))
		return failed
	}
	return done
}

// explain is an error for a terminal: what is wrong with each field, where it is
// about fields, and otherwise the cause too, which a client would not be shown.
func explain(err error) string {
	known, ok := errors.AsType[*fault.Error](err)
	if !ok || len(known.Violations) == 0 {
		return err.Error()
	}
	lines := make([]string, len(known.Violations))
	for i, v := range known.Violations {
		lines[i] = v.Field + ": " + v.Message
	}
	return strings.Join(lines, "\n       ")
}

// settingFlags makes a flag for every setting, so that there is one list of them:
// a struct with a field for each, which kong reads.
func settingFlags() reflect.Value {
	settings := config.Settings()
	fields := make([]reflect.StructField, len(settings))
	for i, s := range settings {
		fields[i] = reflect.StructField{
			Name: "Setting" + strconv.Itoa(i), Type: reflect.TypeFor[*string](),
			Tag: reflect.StructTag(fmt.Sprintf(`name:%q help:%q placeholder:"VALUE" group:"Settings"`, strings.TrimPrefix(s.Flag, "--"), s.Help)),
		}
	}
	return reflect.New(reflect.StructOf(fields))
}

func flagValues(settings reflect.Value) map[string]string {
	values := map[string]string{}
	for i, s := range config.Settings() {
		if v := settings.Elem().Field(i); !v.IsNil() {
			values[s.Name] = v.Elem().String()
		}
	}
	return values
}

func (c *call) config() (config.Config, error) {
	return config.Load(c.flags, os.Environ(), ".")
}

// log writes text for people on a terminal and JSON for programs elsewhere.
func (c *call) log(format config.LogFormat) *slog.Logger {
	if format == config.LogText || (format == config.LogAuto && isTerminal(c.stderr)) {
		return slog.New(slog.NewTextHandler(c.stderr, nil))
	}
	return slog.New(slog.NewJSONHandler(c.stderr, nil))
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// open opens the data beside a server, or as its owner.
func (c *call) open(own bool) (*app.App, error) {
	cfg, err := c.config()
	if err != nil {
		return nil, err
	}
	return app.Open(c.ctx, cfg, version, app.Env{Log: c.log(cfg.LogFormat)}, own)
}
