// Command kubernetes is etcd, kube-apiserver, kube-controller-manager and kube-scheduler in one file, to link the code that
// they share only once. The name it is called by says which one it is.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	_ "time/tzdata" // for time zones of cron jobs

	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	kubeapiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	kubecontrollermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	kubescheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"

	"spaces-workload-identity/sandbox/lifeline"
)

func main() {
	lifeline.Hold()
	switch strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe") {
	case "etcd":
		etcdmain.Main(os.Args)
	case "kube-apiserver":
		os.Exit(cli.Run(kubeapiserver.NewAPIServerCommand()))
	case "kube-controller-manager":
		os.Exit(cli.Run(kubecontrollermanager.NewControllerManagerCommand()))
	case "kube-scheduler":
		os.Exit(cli.Run(kubescheduler.NewSchedulerCommand()))
	default:
		fmt.Fprintln(os.Stderr, "call this by the name of one of its programs, not", os.Args[0])
		os.Exit(2)
	}
}
