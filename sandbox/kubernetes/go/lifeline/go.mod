module spaces-workload-identity/sandbox/lifeline

go 1.26.0
