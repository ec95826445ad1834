// The oracle of chart sources: what source-controller makes of a GitRepository, a Bucket and a HelmChart, by its own
// packages, without a cluster. It reads one request as JSON and writes one answer as JSON.
//
// Its module lies within source-controller's path, since Go lets nobody else import internal packages.
package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

type request struct {
	Git    *gitRequest    `json:"git"`
	Bucket *bucketRequest `json:"bucket"`
	Chart  *chartRequest  `json:"chart"`
}

type answer struct {
	Revision string `json:"revision,omitempty"`
	Name     string `json:"name,omitempty"`
	Version  string `json:"version,omitempty"`
	// Sha256 of the whole archive, where it is what was fetched.
	Digest string `json:"digest,omitempty"`
	// Sha256 by path.
	Files map[string]string `json:"files,omitempty"`
	Error string            `json:"error,omitempty"`
}

func main() {
	var req request
	if err := json.NewDecoder(os.Stdin).Decode(&req); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	result, err := run(context.Background(), req)
	if err != nil {
		result = &answer{Error: err.Error()}
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, req request) (*answer, error) {
	work, err := os.MkdirTemp("", "fairlead-oracle-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	switch {
	case req.Git != nil:
		return gitArtifact(ctx, *req.Git, work)
	case req.Bucket != nil:
		return bucketArtifact(ctx, *req.Bucket, work)
	case req.Chart != nil:
		return buildChart(ctx, *req.Chart, filepath.Join(work, "chart.tgz"))
	default:
		return nil, errors.New("want git, bucket or chart")
	}
}

// filesOf gives the digests of all regular files below a folder that left does not leave out.
func filesOf(folder string, left func(path string, info os.FileInfo) bool) (map[string]string, error) {
	files := map[string]string{}
	err := filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() || left(path, info) {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(relative)] = sum(content)
		return nil
	})
	return files, err
}

// filesOfArchive gives the digests of the files of a chart archive, without the folder they stand in.
func filesOfArchive(path string) (map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			return nil, err
		}
		files[header.Name] = sum(content)
	}
}

func sum(content []byte) string {
	digest := sha256.Sum256(content)
	return hex.EncodeToString(digest[:])
}
