// Command registry is an OCI registry in memory: plain HTTP on a free port of the loopback interface, printed as
// "listening on 127.0.0.1:PORT". With REGISTRY_USERNAME and REGISTRY_PASSWORD set, it asks for basic authentication.
package main

import (
	"crypto/subtle"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"

	"spaces-workload-identity/sandbox/lifeline"
)

func main() {
	lifeline.Hold()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on %s\n", listener.Addr())
	handler := registry.New(registry.Logger(log.New(os.Stderr, "", log.LstdFlags)))
	server := &http.Server{
		Handler:           authenticate(handler, os.Getenv("REGISTRY_USERNAME"), os.Getenv("REGISTRY_PASSWORD")),
		ReadHeaderTimeout: 10 * time.Second,
	}
	log.Fatal(server.Serve(listener))
}

// authenticate lets everyone in when no user name is given.
func authenticate(next http.Handler, username, password string) http.Handler {
	if username == "" {
		return next
	}
	return http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		givenName, givenPassword, _ := request.BasicAuth()
		sameName := subtle.ConstantTimeCompare([]byte(givenName), []byte(username))
		samePassword := subtle.ConstantTimeCompare([]byte(givenPassword), []byte(password))
		if sameName&samePassword == 1 {
			next.ServeHTTP(response, request)
			return
		}
		response.Header().Set("Content-Type", "application/json")
		response.Header().Set("Www-Authenticate", `Basic realm="sandbox"`)
		response.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintln(response, `{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}`)
	})
}
