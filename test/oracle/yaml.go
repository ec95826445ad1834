package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	fluxchartutil "github.com/fluxcd/pkg/chartutil"
	yamlv2 "go.yaml.in/yaml/v2"
	yamlv3 "go.yaml.in/yaml/v3"
	"helm.sh/helm/v4/pkg/chart/common"
	chartloader "helm.sh/helm/v4/pkg/chart/v2/loader"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// Which library reads and writes what (the versions are those of go.mod, which follows Helm 4.3.1's):
//
//	values.yaml of a chart, -f FILE   chart/v2/loader.LoadValues: the text, with a newline at its end, is cut at lines
//	                                  that begin with `---` (apimachinery's YAMLReader), each part goes through
//	                                  sigs.k8s.io/yaml.Unmarshal into map[string]any, and the parts are merged
//	Chart.yaml, Chart.lock            sigs.k8s.io/yaml.Unmarshal into the struct: not strict, keys in any case
//	index.yaml                        sigs.k8s.io/yaml.UnmarshalStrict into the struct, or encoding/json if it is JSON
//	manifests                         cut by the expression (?m)^---[ \t]*, each part sigs.k8s.io/yaml.Unmarshal into
//	                                  apiVersion, kind, metadata.name and metadata.annotations
//	toYaml                            sigs.k8s.io/yaml.Marshal, one newline at the end cut off, "" on error
//	toYamlPretty                      go.yaml.in/yaml/v3's Encoder with SetIndent(2) on the Go value itself, no JSON
//	fromYaml, fromYamlArray           sigs.k8s.io/yaml.Unmarshal into map[string]any and []any
//	--set and its like                no YAML; strvals has a parser of its own
//	Flux: valuesFrom                  chart/common.ReadValues: sigs.k8s.io/yaml.Unmarshal of the whole text (its first
//	                                  document) into common.Values
//	Flux: digest of the values        sigs.k8s.io/yaml.JSONObjectToYAMLObject, maps sorted by bytes of the key at every
//	                                  level, go.yaml.in/yaml/v2's Encoder; nothing at all for empty values
//
// sigs.k8s.io/yaml reads with go.yaml.in/yaml/v2 (YAML 1.1), turns keys into strings, and goes through encoding/json,
// so that every number becomes a float64. It writes by encoding/json, reads that as YAML (which finds integers again)
// and writes it with go.yaml.in/yaml/v2.

// yamlCase is a text to read.
type yamlCase struct {
	head
	Text text `json:"text"`
	// Into is any (also when not given), map or list: what the reader expects at the top.
	Into string `json:"into"`
}

type loadAnswer struct {
	// JSON is the text that YAMLToJSON makes, in which 1 and 1.0 still differ.
	JSON  text  `json:"json,omitempty"`
	Typed typed `json:"typed"`
}

func yamlLoad(given yamlCase) (any, error) {
	return load(given, yaml.Unmarshal, yaml.YAMLToJSON)
}

func yamlLoadStrict(given yamlCase) (any, error) {
	return load(given, yaml.UnmarshalStrict, yaml.YAMLToJSONStrict)
}

func load(
	given yamlCase,
	unmarshal func([]byte, any, ...yaml.JSONOpt) error,
	toJSON func([]byte) ([]byte, error),
) (any, error) {
	source := []byte(given.Text)
	var value any
	switch given.Into {
	case "", "any":
		if err := unmarshal(source, &value); err != nil {
			return nil, err
		}
	case "map":
		into := map[string]any{}
		if err := unmarshal(source, &into); err != nil {
			return nil, err
		}
		value = into
	case "list":
		into := []any{}
		if err := unmarshal(source, &into); err != nil {
			return nil, err
		}
		value = into
	default:
		return nil, misuse(fmt.Sprintf("into is any, map or list, not %q", given.Into))
	}
	encoded, err := toJSON(source)
	return loadAnswer{text(encoded), typed{value}}, err
}

// dumpCase is a JSON value to write.
type dumpCase struct {
	head
	JSON any `json:"json"`
}

type textAnswer struct {
	Text text `json:"text"`
}

func yamlDump(given dumpCase) (any, error) {
	out, err := yaml.Marshal(given.JSON)
	return textAnswer{text(out)}, err
}

// dumpTypedCase is a Go value to write.
type dumpTypedCase struct {
	head
	Value typed `json:"value"`
	// Writer is sigs (toYaml, also when not given), pretty (toYamlPretty), v2, v3, or flux (sorted, as for the digest);
	// none of them cuts the last newline off.
	Writer string `json:"writer"`
}

func yamlDumpTyped(given dumpTypedCase) (any, error) {
	var out bytes.Buffer
	var err error
	switch given.Writer {
	case "", "sigs":
		var encoded []byte
		encoded, err = yaml.Marshal(given.Value.value)
		out.Write(encoded)
	case "pretty":
		encoder := yamlv3.NewEncoder(&out)
		encoder.SetIndent(2)
		err = encoder.Encode(given.Value.value)
	case "v2":
		err = yamlv2.NewEncoder(&out).Encode(given.Value.value)
	case "v3":
		err = yamlv3.NewEncoder(&out).Encode(given.Value.value)
	case "flux":
		values, ok := given.Value.value.(map[string]any)
		if !ok {
			return nil, misuse("Flux writes a map[string]interface {}")
		}
		err = fluxchartutil.Encode(&out, values, fluxchartutil.SortMapSlice)
	default:
		return nil, misuse(fmt.Sprintf("writer is sigs, pretty, v2, v3 or flux, not %q", given.Writer))
	}
	return textAnswer{text(out.String())}, err
}

type documentsAnswer struct {
	Documents []text `json:"documents"`
}

// yamlDocuments cuts a text as values files and kubectl do.
func yamlDocuments(given yamlCase) (any, error) {
	documents := []text{}
	reader := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(string(given.Text))))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documentsAnswer{documents}, nil
		}
		if err != nil {
			return nil, err
		}
		documents = append(documents, text(document))
	}
}

// valuesCase is the text of a values file.
type valuesCase struct {
	head
	Text text `json:"text"`
	// Reader is helm (values.yaml and -f, also when not given) or flux (valuesFrom).
	Reader string `json:"reader"`
}

type valuesAnswer struct {
	Values json.RawMessage `json:"values"`
	Typed  typed           `json:"typed"`
}

func loadValues(given valuesCase) (any, error) {
	var values map[string]any
	var err error
	switch given.Reader {
	case "", "helm":
		values, err = chartloader.LoadValues(strings.NewReader(string(given.Text)))
	case "flux":
		values, err = common.ReadValues([]byte(given.Text))
	default:
		return nil, misuse(fmt.Sprintf("reader is helm or flux, not %q", given.Reader))
	}
	if err != nil {
		return nil, err
	}
	return withTypes(values)
}

// withTypes gives values as JSON, for reading, and with their types, for comparing.
func withTypes(values map[string]any) (any, error) {
	encoded, err := encodeJSON(values)
	if err != nil {
		return nil, misuse(err.Error())
	}
	return valuesAnswer{encoded, typed{values}}, nil
}
