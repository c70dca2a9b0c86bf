// Package lifeline ends a process of the sandbox together with the process that started it.
package lifeline

import (
	"io"
	"os"
	"syscall"
	"time"
)

// Variable is set to "stdin" by a starter that keeps the other end of standard input open for as long as it lives.
const Variable = "SANDBOX_LIFELINE"

const grace = 5 * time.Second

// Hold watches standard input when the starter asks for it. The kernel closes the other end however the starter ends,
// SIGKILL included; then this process gets SIGTERM, and SIGKILL if that is not enough.
func Hold() {
	if os.Getenv(Variable) != "stdin" {
		return
	}
	os.Unsetenv(Variable)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
		time.Sleep(grace)
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}()
}
