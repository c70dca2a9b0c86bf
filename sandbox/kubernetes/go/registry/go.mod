module spaces-workload-identity/sandbox/registry

go 1.26.0

require github.com/google/go-containerregistry v0.22.1

require spaces-workload-identity/sandbox/lifeline v0.0.0

replace spaces-workload-identity/sandbox/lifeline => ../lifeline
