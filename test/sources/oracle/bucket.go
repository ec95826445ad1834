package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	securejoin "github.com/cyphar/filepath-securejoin"
	"github.com/fluxcd/pkg/sourceignore"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/fluxcd/source-controller/internal/bucket/minio"
	"github.com/fluxcd/source-controller/internal/index"
	"github.com/opencontainers/go-digest"
	corev1 "k8s.io/api/core/v1"
)

type bucketRequest struct {
	Endpoint string            `json:"endpoint"`
	Bucket   string            `json:"bucket"`
	Prefix   string            `json:"prefix"`
	Region   string            `json:"region"`
	Ignore   string            `json:"ignore"`
	Secret   map[string]string `json:"secret"`
}

// bucketArtifact does what the reconcile of a Bucket does over plain HTTP.
func bucketArtifact(ctx context.Context, req bucketRequest, folder string) (*answer, error) {
	bucket := &sourcev1.Bucket{}
	bucket.Spec.Provider = sourcev1.BucketProviderGeneric
	bucket.Spec.Endpoint = req.Endpoint
	bucket.Spec.BucketName = req.Bucket
	bucket.Spec.Region = req.Region
	bucket.Spec.Insecure = true
	secret := &corev1.Secret{Data: map[string][]byte{}}
	for key, value := range req.Secret {
		secret.Data[key] = []byte(value)
	}
	if err := minio.ValidateSecret(secret); err != nil {
		return nil, err
	}
	client, err := minio.NewClient(ctx, bucket, minio.WithSecret(secret))
	if err != nil {
		return nil, err
	}
	exists, err := client.BucketExists(ctx, req.Bucket)
	if err != nil {
		return nil, fmt.Errorf("failed to confirm existence of '%s' bucket: %w", req.Bucket, err)
	}
	if !exists {
		return nil, fmt.Errorf("bucket '%s' not found", req.Bucket)
	}
	rules := filepath.Join(folder, sourceignore.IgnoreFile)
	if _, err := client.FGetObject(ctx, req.Bucket, sourceignore.IgnoreFile, rules); err != nil && !client.ObjectIsNotFound(err) {
		return nil, err
	}
	patterns, err := sourceignore.ReadIgnoreFile(rules, nil)
	if err != nil {
		return nil, err
	}
	if req.Ignore != "" {
		patterns = append(patterns, sourceignore.ReadPatterns(strings.NewReader(req.Ignore), nil)...)
	}
	matcher := sourceignore.NewMatcher(patterns)
	objects := index.NewDigester()
	err = client.VisitObjects(ctx, req.Bucket, req.Prefix, func(key, etag string) error {
		isLeft := strings.HasSuffix(key, "/") || key == sourceignore.IgnoreFile || matcher.Match(strings.Split(key, "/"), false)
		if !isLeft {
			objects.Add(key, etag)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for key := range objects.Index() {
		path, err := securejoin.SecureJoin(folder, key)
		if err != nil {
			return nil, err
		}
		etag, err := client.FGetObject(ctx, req.Bucket, key, path)
		if err != nil {
			return nil, err
		}
		objects.Add(key, etag)
	}
	files, err := filesOf(folder, func(string, os.FileInfo) bool { return false })
	return &answer{Revision: objects.Digest(digest.Canonical).String(), Files: files}, err
}
