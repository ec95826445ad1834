//go:build ignore

// Fills in the wants of language.json and typed.json with Go's own text/template:
//
//	go run make.go language.json typed.json
//
// A case has a text, and may have data of its own and a missingKey; what else it has is written anew.
// A file without data gets the typed data below, which test/support/goldenTypes.ts repeats.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"runtime"
	"strings"
	"text/template"
	"unicode/utf8"
)

type Dep struct {
	Name string
	On   bool
}

type Meta struct {
	Name    string
	Version Version
	Tags    []string
	Deps    []*Dep
	Labels  map[string]string
	Any     any
	Nil     any
	Count   int
	Ptr     *Dep
	NilPtr  *Dep
}

func (m Meta) Hello(name string) string { return "hello " + name }
func (m Meta) Join(sep string, parts ...string) string {
	return m.Name + ":" + strings.Join(parts, sep)
}
func (m Meta) Sum(a int, b float64) float64 { return float64(a) + b }
func (m Meta) Any2(a any) any               { return a }
func (m Meta) Fails() (string, error)       { return "", fmt.Errorf("it fails") }

type Version string

func (v Version) String() string { return "v" + string(v) }

type Seconds int64

func (s Seconds) String() string { return fmt.Sprintf("%ds", int64(s)) }

type Level uint8

type Files map[string][]byte

func (f Files) Get(name string) string { return string(f[name]) }

type Values map[string]any

func typedData() any {
	dep := &Dep{Name: "dep", On: true}
	meta := Meta{
		Name: "app", Version: "1.2", Tags: []string{"a", "b"}, Deps: []*Dep{dep},
		Labels: map[string]string{"x": "y"}, Any: "any", Count: 3, Ptr: dep,
	}
	return map[string]any{
		"meta": meta, "ptr": &meta, "nilptr": (*Meta)(nil), "dep": dep, "depv": *dep,
		"files": Files{"a.txt": []byte("text"), "b": {0xff, 'x'}},
		"vals":  Values{"k": "v", "n": 1, "nul": nil},
		"ver":   Version("3"), "sec": Seconds(90), "lvl": Level(2),
		"strs": map[string]string{"a": "A"}, "nilmap": map[string]any(nil), "nilstrs": map[string]string(nil),
		"ints": []int{1, 2, 3}, "list": []string{"p", "q"}, "nilslice": []string(nil), "bytes": []byte("hi\xff"),
		"arr": [2]int{4, 5},
		"i":   3, "i8": int8(-8), "i64": int64(1 << 40), "u": uint(7), "u64": uint64(1<<64 - 1),
		"f32": float32(0.1), "f": 2.5, "c": complex(1, -2), "b": true, "s": "str", "nul": nil,
		"deps": []Dep{{"one", true}, {"two", false}}, "anys": []any{1, "a", nil, 2.5, []int{9}},
	}
}

var typedFuncs = template.FuncMap{
	"i":    func(a int) string { return fmt.Sprint(a) },
	"i64":  func(a int64) int64 { return a },
	"u8":   func(a uint8) uint8 { return a },
	"i8":   func(a int8) int8 { return a },
	"f":    func(a float64) float64 { return a },
	"f32":  func(a float32) float32 { return a },
	"s":    func(a string) string { return a },
	"ss":   func(a []string) string { return strings.Join(a, "+") },
	"m":    func(a map[string]any) int { return len(a) },
	"ms":   func(a map[string]string) int { return len(a) },
	"any":  func(a any) string { return fmt.Sprintf("%T", a) },
	"anys": func(a ...any) string { return fmt.Sprintf("%T", a) },
	"c":    func(a complex128) complex128 { return a },
	"bo":   func(a bool) bool { return a },
	"ai":   func(a []any) int { return len(a) },
}

var languageFuncs = template.FuncMap{
	"list": func(a ...any) []any { return a },
	"dict": func(a ...any) map[string]any {
		m := map[string]any{}
		for i := 0; i+1 < len(a); i += 2 {
			m[fmt.Sprint(a[i])] = a[i+1]
		}
		return m
	},
	"upper": strings.ToUpper,
	"i64":   func(i int) int64 { return int64(i) },
	"strs":  func(a ...string) []string { return a },
	"bad":   func() (string, error) { return "", fmt.Errorf("bad thing") },
}

type golden struct {
	WantsBy string            `json:"wantsBy"`
	Data    json.RawMessage   `json:"data,omitempty"`
	Cases   []json.RawMessage `json:"cases"`
}

type oneCase struct {
	Text       string          `json:"text"`
	Data       json.RawMessage `json:"data,omitempty"`
	MissingKey string          `json:"missingKey,omitempty"`
	Want       *string         `json:"want,omitempty"`
	WantBase64 *string         `json:"wantBase64,omitempty"`
	WantError  *string         `json:"wantError,omitempty"`
}

func main() {
	for _, name := range os.Args[1:] {
		if err := fill(name); err != nil {
			log.Fatalf("%s: %v", name, err)
		}
	}
}

func fill(name string) error {
	source, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var file golden
	if err := json.Unmarshal(source, &file); err != nil {
		return err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n  \"wantsBy\": \"%s text/template\",\n", runtime.Version())
	if file.Data != nil {
		fmt.Fprintf(&out, "  \"data\": %s,\n", file.Data)
	}
	out.WriteString("  \"cases\": [\n")
	for i, raw := range file.Cases {
		var given oneCase
		if err := json.Unmarshal(raw, &given); err != nil {
			return err
		}
		line, err := plain(answer(given, file.Data))
		if err != nil {
			return err
		}
		comma := ","
		if i == len(file.Cases)-1 {
			comma = ""
		}
		fmt.Fprintf(&out, "    %s%s\n", line, comma)
	}
	out.WriteString("  ]\n}\n")
	return os.WriteFile(name, out.Bytes(), 0o644)
}

func answer(given oneCase, shared json.RawMessage) oneCase {
	done := oneCase{Text: given.Text, Data: given.Data, MissingKey: given.MissingKey}
	output, err := run(given, shared)
	switch {
	case err != nil:
		message := err.Error()
		done.WantError = &message
	case utf8.ValidString(output):
		done.Want = &output
	default:
		encoded := base64.StdEncoding.EncodeToString([]byte(output))
		done.WantBase64 = &encoded
	}
	return done
}

func run(given oneCase, shared json.RawMessage) (string, error) {
	data, funcs := typedData(), typedFuncs
	if shared != nil {
		funcs = languageFuncs
		source := shared
		if given.Data != nil {
			source = given.Data
		}
		data = nil
		if err := json.Unmarshal(source, &data); err != nil {
			return "", err
		}
	}
	missingKey := given.MissingKey
	if missingKey == "" {
		missingKey = "default"
	}
	parsed, err := template.New("t.yaml").Funcs(funcs).Option("missingkey=" + missingKey).Parse(given.Text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = parsed.Execute(&out, data)
	return out.String(), err
}

// plain writes one line of JSON that leaves `<` and `&` readable.
func plain(value any) (string, error) {
	var line strings.Builder
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return strings.TrimSpace(line.String()), err
}
