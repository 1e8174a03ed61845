package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/caarlos0/env/v11"

	"kollega/handlers/web"
	"kollega/internal/account"
	"kollega/internal/transcribe"
)

// Config is the environment, read once. Every field tagged `secret` may come from a file named by NAME_FILE and is never printed.
type Config struct {
	Listen         string   `env:"LISTEN" envDefault:":8080"`
	BaseURL        string   `env:"BASE_URL" envDefault:"http://localhost:8080"`
	DataDir        string   `env:"DATA_DIR" envDefault:"./data"`
	DatabaseURL    string   `env:"DATABASE_URL" secret:"true"`
	S3             S3Config `envPrefix:"S3_"`
	SMTPURL        string   `env:"SMTP_URL" secret:"true"`
	MailFrom       string   `env:"MAIL_FROM"`
	TrustedProxies []string `env:"TRUSTED_PROXIES"`
	LogLevel       string   `env:"LOG_LEVEL" envDefault:"info"`
	WebhookPrivate bool     `env:"WEBHOOK_PRIVATE"` // webhooks may lead into networks of our own

	OIDC       OIDCConfig       `envPrefix:"OIDC_"`
	Transcribe TranscribeConfig `envPrefix:"TRANSCRIBE_"`

	base     *url.URL
	level    slog.Level
	warnings []string // settings that nothing reads
}

// S3Config names an S3 of one's own; without an endpoint the embedded one is used.
type S3Config struct {
	Endpoint       string `env:"ENDPOINT"`
	PublicEndpoint string `env:"PUBLIC_ENDPOINT"`
	Region         string `env:"REGION" envDefault:"us-east-1"`
	Bucket         string `env:"BUCKET" envDefault:"kollega"`
	AccessKey      string `env:"ACCESS_KEY" secret:"true"`
	SecretKey      string `env:"SECRET_KEY" secret:"true"`
}

// OIDCConfig names the provider of the house's own accounts; without an issuer people sign in with passwords.
type OIDCConfig struct {
	Issuer       string `env:"ISSUER"`
	ClientID     string `env:"CLIENT_ID"`
	ClientSecret string `env:"CLIENT_SECRET" secret:"true"`
	Scopes       string `env:"SCOPES"`        // parted by spaces, as in a request
	EmailDomains string `env:"EMAIL_DOMAINS"` // parted by commas
}

// account is the provider as the program asks it, with where people come back to.
func (c *Config) account() account.Config {
	a := account.Config{Issuer: c.OIDC.Issuer, ClientID: c.OIDC.ClientID, ClientSecret: c.OIDC.ClientSecret}
	apart := func(r rune) bool { return r == ' ' || r == ',' }
	a.Scopes, a.Domains = strings.FieldsFunc(c.OIDC.Scopes, apart), strings.FieldsFunc(c.OIDC.EmailDomains, apart)
	if c.base != nil {
		a.Redirect, a.LoggedOut = c.base.String()+web.AccountPath, c.base.String()+"/login"
	}
	return a
}

// TranscribeConfig names a service that writes drafts of captions; without an address there is none.
type TranscribeConfig struct {
	URL   string `env:"URL"`
	Key   string `env:"KEY" secret:"true"`
	Model string `env:"MODEL"`
}

// client is the service, nil for none.
func (t TranscribeConfig) client() (*transcribe.Client, error) {
	if t.URL == "" {
		return nil, nil //nolint:nilnil // none is configured: that is an answer
	}
	return transcribe.New(t.URL, t.Key, t.Model)
}

const envPrefix = "KOLLEGA_"

// LoadConfig reads the environment and reports all mistakes at once, without their secret values.
func LoadConfig(environ []string) (Config, error) {
	values, unknown, problems := readEnvironment(environ)
	c := Config{warnings: unknown}
	if err := env.ParseWithOptions(&c, env.Options{Prefix: envPrefix, Environment: values}); err != nil {
		problems = append(problems, err)
	}
	problems = append(problems, c.check()...)
	if len(problems) > 0 {
		return c, fmt.Errorf("configuration:\n%w", errors.Join(problems...))
	}
	return c, nil
}

// readEnvironment takes our variables, follows NAME_FILE for secrets, and names those that nothing reads.
func readEnvironment(environ []string) (values map[string]string, unknown []string, problems []error) {
	known, secret := fieldNames(reflect.TypeFor[Config](), envPrefix)
	values = map[string]string{}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		plain := strings.TrimSuffix(name, "_FILE")
		switch {
		case !strings.HasPrefix(name, envPrefix), strings.HasPrefix(name, envPrefix+"TEST_"):
		case known[name]:
			values[name] = value
		case secret[plain]:
			b, err := os.ReadFile(value)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", name, err))
			}
			values[plain] = strings.TrimSpace(string(b))
		default:
			unknown = append(unknown, name)
		}
	}
	return values, unknown, problems
}

// fieldNames are the variables that t's fields are read from, and which of them are secrets.
func fieldNames(t reflect.Type, prefix string) (known, secret map[string]bool) {
	known, secret = map[string]bool{}, map[string]bool{}
	for f := range t.Fields() {
		if p, ok := f.Tag.Lookup("envPrefix"); ok {
			k, s := fieldNames(f.Type, prefix+p)
			for name := range k {
				known[name] = true
			}
			for name := range s {
				secret[name] = true
			}
			continue
		}
		if name, ok := f.Tag.Lookup("env"); ok {
			known[prefix+name] = true
			secret[prefix+name] = f.Tag.Get("secret") != ""
		}
	}
	return known, secret
}

// check refuses what cannot work, all at once, and fills in what follows from the rest.
func (c *Config) check() []error {
	var problems []error
	bad := func(name, format string, args ...any) {
		problems = append(problems, fmt.Errorf(envPrefix+name+": "+format, args...))
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		bad("LISTEN", "%q is no address to listen on, as :8080 or 127.0.0.1:8080", c.Listen)
	}
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		bad("BASE_URL", "%q is no address without a path, as https://jobs.example.org", c.BaseURL)
	} else {
		c.base = &url.URL{Scheme: u.Scheme, Host: u.Host}
	}
	if c.DataDir, err = filepath.Abs(c.DataDir); err != nil {
		bad("DATA_DIR", "%v", err)
	}
	if c.DatabaseURL != "" {
		if d, err := url.Parse(c.DatabaseURL); err != nil || d.Scheme != "postgres" && d.Scheme != "postgresql" {
			bad("DATABASE_URL", "must begin with postgres:// (its value is not shown)")
		}
	}
	problems = append(problems, c.S3.check()...)
	if err := c.account().Check(); err != nil {
		bad("OIDC_ISSUER", "%v", err)
	}
	if _, err := c.Transcribe.client(); err != nil {
		bad("TRANSCRIBE_URL", "%v", err)
	}
	for _, cidr := range c.TrustedProxies {
		if _, _, err := net.ParseCIDR(cidr); err != nil {
			bad("TRUSTED_PROXIES", "%q is no range, as 10.0.0.0/8", cidr)
		}
	}
	if err := c.level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		bad("LOG_LEVEL", "%q is none of debug, info, warn, error", c.LogLevel)
	}
	if c.MailFrom == "" && c.base != nil {
		c.MailFrom = "Kollega <no-reply@" + c.base.Hostname() + ">"
	}
	return problems
}

func (s S3Config) check() []error {
	if s.Endpoint == "" {
		return nil
	}
	var problems []error
	for name, value := range map[string]string{"S3_ENDPOINT": s.Endpoint, "S3_PUBLIC_ENDPOINT": s.PublicEndpoint} {
		if u, err := url.Parse(value); value != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			problems = append(problems, fmt.Errorf("%s%s: %q is no address, as https://s3.example.org", envPrefix, name, value))
		}
	}
	for name, value := range map[string]string{"S3_ACCESS_KEY": s.AccessKey, "S3_SECRET_KEY": s.SecretKey, "S3_BUCKET": s.Bucket} {
		if value == "" {
			problems = append(problems, fmt.Errorf("%s%s: needed with S3_ENDPOINT", envPrefix, name))
		}
	}
	return problems
}
