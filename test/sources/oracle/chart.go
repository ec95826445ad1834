package main

import (
	"context"
	"os"
	"strconv"

	"github.com/fluxcd/source-controller/internal/helm/chart"
	"github.com/fluxcd/source-controller/internal/helm/repository"
	"helm.sh/helm/v4/pkg/getter"
)

type chartRequest struct {
	// WorkDir is the unpacked artifact, Path the chart in it.
	WorkDir                  string   `json:"workDir"`
	Path                     string   `json:"path"`
	Strategy                 string   `json:"strategy"`
	Hash                     string   `json:"hash"`
	ValuesFiles              []string `json:"valuesFiles"`
	IgnoreMissingValuesFiles bool     `json:"ignoreMissingValuesFiles"`
	Generation               int64    `json:"generation"`
}

// buildChart does what the reconcile of a HelmChart does with the artifact of a GitRepository or a Bucket.
func buildChart(ctx context.Context, req chartRequest, target string) (*answer, error) {
	providers := getter.Providers{{Schemes: []string{"http", "https"}, New: getter.NewHTTPGetter}}
	manager := chart.NewDependencyManager(chart.WithDownloaderCallback(func(url string) (repository.Downloader, error) {
		return repository.NewChartRepository(url, "", providers, nil)
	}))
	defer manager.Clear()
	options := chart.BuildOptions{
		ValuesFiles:              req.ValuesFiles,
		IgnoreMissingValuesFiles: req.IgnoreMissingValuesFiles,
	}
	if req.Strategy == "Revision" {
		options.VersionMetadata = req.Hash[:12]
	}
	if len(options.GetValuesFiles()) > 0 {
		if options.VersionMetadata != "" {
			options.VersionMetadata += "."
		}
		options.VersionMetadata += strconv.FormatInt(req.Generation, 10)
	}
	build, err := chart.NewLocalBuilder(manager).Build(ctx, chart.LocalReference{WorkDir: req.WorkDir, Path: req.Path}, target, options)
	if err != nil {
		return nil, err
	}
	files, err := filesOfArchive(build.Path)
	if err != nil {
		return nil, err
	}
	result := &answer{Name: build.Name, Version: build.Version, Files: files}
	if !build.Packaged {
		content, err := os.ReadFile(build.Path)
		if err != nil {
			return nil, err
		}
		result.Digest = "sha256:" + sum(content)
	}
	return result, nil
}
