package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/fluxcd/pkg/git"
	"github.com/fluxcd/pkg/git/gogit"
	"github.com/fluxcd/pkg/git/repository"
	"github.com/fluxcd/pkg/sourceignore"
)

type gitRequest struct {
	URL        string            `json:"url"`
	Ref        gitRef            `json:"ref"`
	Sparse     []string          `json:"sparse"`
	Submodules bool              `json:"submodules"`
	Ignore     string            `json:"ignore"`
	Secret     map[string]string `json:"secret"`
}

type gitRef struct {
	Branch string `json:"branch"`
	Tag    string `json:"tag"`
	SemVer string `json:"semver"`
	Name   string `json:"name"`
	Commit string `json:"commit"`
}

// gitArtifact does what the reconcile of a GitRepository does between its Secret and the tarball.
func gitArtifact(ctx context.Context, req gitRequest, folder string) (*answer, error) {
	parsed, err := url.Parse(req.URL)
	if err != nil {
		return nil, err
	}
	data := map[string][]byte{}
	for key, value := range req.Secret {
		data[key] = []byte(value)
	}
	auth, err := git.NewAuthOptions(*parsed, data)
	if err != nil {
		return nil, fmt.Errorf("failed to configure authentication options: %w", err)
	}
	options := []gogit.ClientOption{gogit.WithDiskStorage()}
	if auth.Transport == git.HTTP {
		options = append(options, gogit.WithInsecureCredentialsOverHTTP())
	}
	client, err := gogit.NewClient(folder, auth, options...)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	config := repository.CloneConfig{RecurseSubmodules: req.Submodules, ShallowClone: true}
	config.Branch = req.Ref.Branch
	config.Tag = req.Ref.Tag
	config.SemVer = req.Ref.SemVer
	config.RefName = req.Ref.Name
	config.Commit = req.Ref.Commit
	for _, path := range req.Sparse {
		config.SparseCheckoutDirectories = append(config.SparseCheckoutDirectories, strings.TrimPrefix(path, "./"))
	}
	commit, err := client.Clone(ctx, req.URL, config)
	if err != nil {
		return nil, err
	}
	if commit == nil {
		return nil, fmt.Errorf("git repository is empty")
	}
	revision := commit.String()
	if req.Ref.Name != "" {
		revision = commit.AbsoluteReference()
	}
	domain := strings.Split(folder, string(filepath.Separator))
	patterns, err := sourceignore.LoadIgnorePatterns(folder, domain)
	if err != nil {
		return nil, err
	}
	if req.Ignore != "" {
		patterns = append(patterns, sourceignore.ReadPatterns(strings.NewReader(req.Ignore), domain)...)
	}
	matcher := sourceignore.NewDefaultMatcher(patterns, domain)
	if len(patterns) > 0 {
		matcher = sourceignore.NewMatcher(append(sourceignore.VCSPatterns(domain), patterns...))
	}
	files, err := filesOf(folder, func(path string, info os.FileInfo) bool {
		return matcher.Match(strings.Split(path, string(filepath.Separator)), info.IsDir())
	})
	return &answer{Revision: revision, Files: files}, err
}
