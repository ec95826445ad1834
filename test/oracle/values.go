package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/fluxcd/pkg/apis/meta"
	fluxchartutil "github.com/fluxcd/pkg/chartutil"
	"github.com/go-logr/logr"
	"github.com/opencontainers/go-digest"
	"helm.sh/helm/v4/pkg/strvals"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// strvalsCase is one argument of --set and its like.
type strvalsCase struct {
	head
	// Kind is set, string, json or literal.
	Kind string `json:"kind"`
	Text text   `json:"text"`
	// Into is what the result is written into.
	Into json.RawMessage `json:"into"`
}

func parseStrvals(given strvalsCase) (any, error) {
	into, err := decodeObject(given.Into)
	if err != nil {
		return nil, err
	}
	source := string(given.Text)
	switch given.Kind {
	case "set":
		err = strvals.ParseInto(source, into)
	case "string":
		err = strvals.ParseIntoString(source, into)
	case "json":
		err = strvals.ParseJSON(source, into)
	case "literal":
		err = strvals.ParseLiteralInto(source, into)
	default:
		return nil, misuse(fmt.Sprintf("kind is set, string, json or literal, not %q", given.Kind))
	}
	if err != nil {
		return nil, err
	}
	return withTypes(into)
}

// digestCase is values to digest as helm-controller does for status.history and its own comparison.
type digestCase struct {
	head
	Values json.RawMessage `json:"values"`
	Typed  *typed          `json:"typed"`
}

type digestAnswer struct {
	Digest string `json:"digest"`
	// Text is what was digested.
	Text text `json:"text"`
}

func digestValues(given digestCase) (any, error) {
	values, err := decodeObject(given.Values)
	if err != nil {
		return nil, err
	}
	if given.Typed != nil {
		var ok bool
		if values, ok = given.Typed.value.(map[string]any); !ok {
			return nil, misuse("values are a map[string]interface {}")
		}
	}
	var out bytes.Buffer
	if len(values) > 0 {
		if err := fluxchartutil.Encode(&out, values, fluxchartutil.SortMapSlice); err != nil {
			return nil, err
		}
	}
	return digestAnswer{fluxchartutil.DigestValues(digest.SHA256, values).String(), text(out.String())}, nil
}

// mergeCase is two maps that Flux merges: the second wins.
type mergeCase struct {
	head
	A json.RawMessage `json:"a"`
	B json.RawMessage `json:"b"`
}

func mergeValues(given mergeCase) (any, error) {
	a, err := decodeObject(given.A)
	if err != nil {
		return nil, err
	}
	b, err := decodeObject(given.B)
	if err != nil {
		return nil, err
	}
	return withTypes(fluxchartutil.MergeMaps(a, b))
}

// valuesFromCase is a HelmRelease's valuesFrom and values, with the objects that there are in its namespace.
type valuesFromCase struct {
	head
	Namespace  string                       `json:"namespace"`
	Values     json.RawMessage              `json:"values"`
	ValuesFrom []meta.ValuesReference       `json:"valuesFrom"`
	ConfigMaps map[string]map[string]string `json:"configMaps"`
	Secrets    map[string]map[string]text   `json:"secrets"`
}

func valuesFromReferences(given valuesFromCase) (any, error) {
	values, err := decodeObject(given.Values)
	if err != nil {
		return nil, err
	}
	if given.Namespace == "" {
		given.Namespace = "default"
	}
	reader := objectReader{given: given}
	composed, err := fluxchartutil.ChartValuesFromReferences(
		context.Background(), logr.Discard(), reader, given.Namespace, values, given.ValuesFrom...)
	if err != nil {
		return nil, err
	}
	return withTypes(composed)
}

// objectReader is as much of a cluster client as reading ConfigMaps and Secrets needs.
type objectReader struct {
	client.Client
	given valuesFromCase
}

func (r objectReader) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	resource := ""
	if key.Namespace == r.given.Namespace {
		switch object := into.(type) {
		case *corev1.ConfigMap:
			resource = "configmaps"
			if data, ok := r.given.ConfigMaps[key.Name]; ok {
				object.ObjectMeta = metav1.ObjectMeta{Name: key.Name, Namespace: key.Namespace}
				object.Data = data
				return nil
			}
		case *corev1.Secret:
			resource = "secrets"
			if data, ok := r.given.Secrets[key.Name]; ok {
				object.ObjectMeta = metav1.ObjectMeta{Name: key.Name, Namespace: key.Namespace}
				object.Data = map[string][]byte{}
				for name, content := range data {
					object.Data[name] = []byte(content)
				}
				return nil
			}
		}
	}
	return apierrors.NewNotFound(corev1.Resource(resource), key.Name)
}
