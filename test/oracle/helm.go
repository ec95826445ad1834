package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"helm.sh/helm/v4/pkg/chart/common"
	helmcmd "helm.sh/helm/v4/pkg/cmd"
	"helm.sh/helm/v4/pkg/kube"
)

// runHelm is Helm's command line, and gives its exit code.
func runHelm(args []string) int {
	// The command library looks at the arguments of the process itself.
	os.Args = append([]string{"helm"}, args...)
	kube.ManagedFieldsManager = "helm"
	command, err := helmcmd.NewRootCmd(os.Stdout, args, helmcmd.SetupLogging)
	if err != nil {
		slog.Warn("command failed", slog.Any("error", err))
		return 1
	}
	if err := command.Execute(); err != nil {
		var coded helmcmd.CommandError
		if errors.As(err, &coded) {
			return coded.ExitCode
		}
		return 1
	}
	return 0
}

// helmCase is a command line of Helm's.
type helmCase struct {
	head
	Args  []string          `json:"args"`
	Stdin text              `json:"stdin"`
	Cwd   string            `json:"cwd"`
	Env   map[string]string `json:"env"`
}

type helmAnswer struct {
	Stdout   text `json:"stdout"`
	Stderr   text `json:"stderr"`
	ExitCode int  `json:"exitCode"`
}

const helmTimeout = 100 * time.Second

func helmTemplate(given helmCase) (any, error) {
	given.Args = append([]string{"template"}, given.Args...)
	return helmCommand(given)
}

// helmCommand runs Helm in a process of its own, because the command line keeps its settings in package variables.
// Nothing of this machine's own Helm is seen: home, configuration and caches are in an empty folder.
func helmCommand(given helmCase) (any, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, misuse(err.Error())
	}
	home, err := os.MkdirTemp("", "fairlead-oracle-helm-")
	if err != nil {
		return nil, misuse(err.Error())
	}
	defer os.RemoveAll(home)
	ctx, cancel := context.WithTimeout(context.Background(), helmTimeout)
	defer cancel()

	command := exec.CommandContext(ctx, program, append([]string{"helm"}, given.Args...)...)
	command.Dir = given.Cwd
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + home,
		"HELM_CACHE_HOME=" + filepath.Join(home, "cache"),
		"HELM_CONFIG_HOME=" + filepath.Join(home, "config"),
		"HELM_DATA_HOME=" + filepath.Join(home, "data"),
		"KUBECONFIG=" + filepath.Join(home, "kubeconfig"),
	}
	for name, value := range given.Env {
		command.Env = append(command.Env, name+"="+value)
	}
	command.Stdin = bytes.NewReader([]byte(given.Stdin))
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err = command.Run()
	var ended *exec.ExitError
	if err != nil && (!errors.As(err, &ended) || ctx.Err() != nil) {
		return nil, misuse("helm did not run to its end: " + err.Error())
	}
	return helmAnswer{text(stdout.String()), text(stderr.String()), command.ProcessState.ExitCode()}, nil
}

type aboutAnswer struct {
	// Modules are the versions of what the oracle is made of.
	Modules      map[string]string    `json:"modules"`
	Go           string               `json:"go"`
	Capabilities *common.Capabilities `json:"capabilities"`
}

// about says which versions answer.
func about(struct{ head }) (any, error) {
	result := aboutAnswer{Modules: map[string]string{}, Go: runtime.Version(), Capabilities: common.DefaultCapabilities}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			result.Modules[module.Path] = module.Version
		}
	}
	return result, nil
}
