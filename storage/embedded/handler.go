package embedded

import (
	"context"
	"errors"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

// MaxPartSize is the most bytes that one presigned part takes from a browser.
const MaxPartSize = 64 << 20

// Handler lets browsers put parts to addresses that storage.PresignPart gave
// out, and nothing else. Serve it for /<bucket>/ in front of the router:
// middleware that reads bodies or sets deadlines does not fit large uploads.
//
// The addresses are signed for the host of PublicURL; the request may come to
// any other name of this program (127.0.0.1, a mapped port), so that a page
// can use an address's path on its own origin.
func (s *Server) Handler() http.Handler {
	host := signedHost(s.config.PublicEndpoint)
	proxy := &httputil.ReverseProxy{
		Transport: &socketTransport{s.socket},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = "http", "s3.internal"
			r.Out.Host = host
			keepHeaders(r.Out.Header)
		},
		ModifyResponse: func(r *http.Response) error {
			r.Header.Del("Server")
			return nil
		},
		ErrorHandler: s.refuse,
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !forBrowsers(r) {
			http.Error(w, "forbidden", http.StatusForbidden)
			return
		}
		switch {
		case r.ContentLength < 0: // S3 wants it, and it bounds what is read
			http.Error(w, "the length is needed", http.StatusLengthRequired)
		case r.ContentLength > MaxPartSize:
			http.Error(w, "the part is too large", http.StatusRequestEntityTooLarge)
		default:
			proxy.ServeHTTP(w, r)
		}
	})
}

// refuse answers for a gateway that gave no answer.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if !errors.Is(err, context.Canceled) && r.Context().Err() == nil { // else the browser has gone
		s.log.WarnContext(r.Context(), "embedded S3 does not answer", "method", r.Method, "path", r.URL.Path, "err", err)
	}
	http.Error(w, "storage is not available", http.StatusBadGateway)
}

// forBrowsers lets through presigned part uploads and the preflights of them.
// The signature itself is the gateway's to check.
func forBrowsers(r *http.Request) bool {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if bucket == "" || key == "" {
		return false
	}
	if r.Method == http.MethodOptions {
		return r.Header.Get("Access-Control-Request-Method") != ""
	}
	q := r.URL.Query()
	return r.Method == http.MethodPut && r.Header.Get("Authorization") == "" &&
		q.Has("X-Amz-Signature") && q.Has("uploadId") && q.Has("partNumber")
}

// keepHeaders drops what could change the meaning of a signed address (an
// unsigned x-amz-copy-source would copy another object into the part) or is
// none of the gateway's business (cookies).
func keepHeaders(h http.Header) {
	for name := range h {
		switch name {
		case "Content-Type", "Content-Md5", "Origin",
			"Access-Control-Request-Method", "Access-Control-Request-Headers":
		default:
			delete(h, name)
		}
	}
	h["User-Agent"] = nil // or the proxy adds Go's
}

// signedHost is the Host header that an address on endpoint is signed for:
// without the scheme's own port, as RFC 9110 (4.2.3) has it.
func signedHost(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	if u.Scheme == "http" && u.Port() == "80" || u.Scheme == "https" && u.Port() == "443" {
		return strings.TrimSuffix(u.Host, ":"+u.Port())
	}
	return u.Host
}
