package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"text/template"
)

// nginx is what Kollega is measured beside: as many processes as cores, no log, files sent by the kernel.
type nginx struct {
	cmd  *exec.Cmd
	base string
}

var nginxConfig = template.Must(template.New("nginx").Parse(`
worker_processes auto;
daemon off;
pid {{.Dir}}/pid;
error_log {{.Dir}}/error.log;
events { worker_connections 1024; }
http {
	access_log off;
	sendfile on;
	tcp_nopush on;
	keepalive_requests 1000000000;
	{{range .Temp}}{{.}}_temp_path {{$.Dir}}/{{.}}; {{end}}
	server {
		listen 127.0.0.1:{{.Port}};
		root {{.Dir}}/www;
		default_type text/html;
		location = /sent-on { return 302 https://jobs.example.com/42; }
		location = /page.gz { add_header Content-Encoding gzip; }
	}
}
`))

func startNginx(ctx context.Context, dir string, plain, packed []byte) (*nginx, error) {
	if err := os.MkdirAll(filepath.Join(dir, "www"), 0o755); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	var config bytes.Buffer
	err = nginxConfig.Execute(&config, map[string]any{
		"Dir": dir, "Port": port, "Temp": []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"},
	})
	for name, content := range map[string][]byte{"nginx.conf": config.Bytes(), "www/page.html": plain, "www/page.gz": packed} {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), content, 0o644))
	}
	if err != nil {
		return nil, err
	}
	n := &nginx{cmd: exec.Command("nginx", "-c", filepath.Join(dir, "nginx.conf")), base: "http://127.0.0.1:" + port}
	n.cmd.Env = append(os.Environ(), "PATH="+os.Getenv("PATH")+":/usr/sbin")
	if path, err := exec.LookPath("/usr/sbin/nginx"); n.cmd.Err != nil && err == nil {
		n.cmd.Path, n.cmd.Err = path, nil
	}
	if err := n.cmd.Start(); err != nil {
		return nil, fmt.Errorf("nginx: %w", err)
	}
	for range 100 {
		if out, err := wrk(ctx, n.base+"/page.html", 1, false); err == nil && out.requests > 0 {
			return n, nil
		}
	}
	return nil, errors.Join(errors.New("nginx does not answer on port "+strconv.Quote(port)), n.stop())
}

func (n *nginx) stop() error {
	err := n.cmd.Process.Signal(syscall.SIGQUIT)
	return errors.Join(err, n.cmd.Wait())
}
