// Command run starts the engines that tests need, once for all of them, and runs a command with them:
//
//	run -- go test ./...
//
// It exits as the command does, and stops the engines whatever happens.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"kollega/internal/testenv"
)

// engines are started in this order and stopped in the opposite one.
var engines = []func(context.Context) (*testenv.Engine, error){
	testenv.Postgres,
}

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: run -- command [argument ...]")
		return 2
	}
	// From here on signals are the command's to answer: the engines must outlive it.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	code, err := runWithEngines(args, signals)
	if err != nil {
		fmt.Fprintln(os.Stderr, "run:", err)
		code = max(code, 1)
	}
	return code
}

func runWithEngines(args []string, signals <-chan os.Signal) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	env := os.Environ()
	for _, start := range engines {
		engine, err := start(ctx)
		if err != nil {
			return 1, err
		}
		defer func() {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			if err := engine.Stop(ctx); err != nil {
				fmt.Fprintln(os.Stderr, "run:", err)
			}
		}()
		for name, value := range engine.Env {
			env = append(env, name+"="+value)
		}
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return follow(cmd, signals)
}

// follow runs the command, passes signals on to it, and returns its exit code; a signal that ended it counts 128 more.
func follow(cmd *exec.Cmd, signals <-chan os.Signal) (int, error) {
	if err := cmd.Start(); err != nil {
		return 127, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case sig := <-signals:
			_ = cmd.Process.Signal(sig) // gone is what we want
		case err := <-ended:
			if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
				return 1, err
			}
			if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
				return 128 + int(status.Signal()), nil
			}
			return cmd.ProcessState.ExitCode(), nil
		}
	}
}
