package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfigNamesAllMistakesAtOnceAndNoSecret(t *testing.T) {
	t.Parallel()
	_, err := LoadConfig([]string{
		"KOLLEGA_LISTEN=8080", "KOLLEGA_BASE_URL=jobs.example.org", "KOLLEGA_DATABASE_URL=mysql://root:hemmelig@db/x",
		"KOLLEGA_S3_ENDPOINT=https://s3.example.org", "KOLLEGA_TRUSTED_PROXIES=10.0.0.1", "KOLLEGA_LOG_LEVEL=loud",
		"KOLLEGA_OIDC_ISSUER=http://id.example.org", "KOLLEGA_OIDC_CLIENT_ID=kollega", "KOLLEGA_OIDC_CLIENT_SECRET=hemmeligere",
	})
	if err == nil {
		t.Fatal("got no error")
	}
	for _, name := range []string{"LISTEN", "BASE_URL", "DATABASE_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY", "TRUSTED_PROXIES", "LOG_LEVEL", "OIDC_ISSUER"} {
		if !strings.Contains(err.Error(), "KOLLEGA_"+name+":") {
			t.Errorf("the error does not name %s: %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "hemmelig") {
		t.Errorf("the error shows a secret: %v", err)
	}
}

func TestConfigDefaultsAndFiles(t *testing.T) {
	t.Parallel()
	secret := filepath.Join(t.TempDir(), "db")
	if err := os.WriteFile(secret, []byte("postgres://kollega:x@db/kollega\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := LoadConfig([]string{
		"PATH=/bin", "KOLLEGA_DATABASE_URL_FILE=" + secret, "KOLLEGA_BASE_URL=https://jobb.example.org/", "KOLLEGA_LITSEN=:1",
		"KOLLEGA_OIDC_ISSUER=https://id.example.org", "KOLLEGA_OIDC_CLIENT_ID=k", "KOLLEGA_OIDC_CLIENT_SECRET_FILE=" + secret,
		"KOLLEGA_OIDC_SCOPES=openid email groups", "KOLLEGA_OIDC_EMAIL_DOMAINS=fjordheim.example, fjordheim.no",
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]string{
		"listen":   {c.Listen, ":8080"},
		"base":     {c.base.String(), "https://jobb.example.org"},
		"database": {c.DatabaseURL, "postgres://kollega:x@db/kollega"},
		"bucket":   {c.S3.Bucket, "kollega"},
		"from":     {c.MailFrom, "Kollega <no-reply@jobb.example.org>"},
		"account":  {c.account().Redirect + " " + c.account().ClientSecret, "https://jobb.example.org/login/account/callback postgres://kollega:x@db/kollega"},
		"scopes":   {strings.Join(append(c.account().Scopes, c.account().Domains...), " "), "openid email groups fjordheim.example fjordheim.no"},
		"unknown":  {strings.Join(c.warnings, " "), "KOLLEGA_LITSEN"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %q, want %q", what, pair[0], pair[1])
		}
	}
	for _, half := range []string{"KOLLEGA_OIDC_ISSUER=https://id.example.org", "KOLLEGA_OIDC_CLIENT_ID=kollega"} {
		if _, err := LoadConfig([]string{half}); err == nil || !strings.Contains(err.Error(), "KOLLEGA_OIDC_ISSUER:") {
			t.Errorf("%s alone: got %v", half, err)
		}
	}
	if _, err := LoadConfig([]string{"KOLLEGA_OIDC_ISSUER=https://id.example.org", "KOLLEGA_OIDC_CLIENT_ID=k", "KOLLEGA_OIDC_EMAIL_DOMAINS=@fjordheim.no"}); err == nil || !strings.Contains(err.Error(), "@fjordheim.no") {
		t.Errorf("what is no domain: got %v", err)
	}
	if _, err := LoadConfig([]string{"KOLLEGA_SMTP_URL_FILE=/nowhere"}); err == nil || !strings.Contains(err.Error(), "KOLLEGA_SMTP_URL_FILE") {
		t.Errorf("a missing secret file: got %v", err)
	}
}
