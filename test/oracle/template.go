package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	chartcommon "helm.sh/helm/v4/pkg/chart/common"
	chartutil "helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/engine"
)

// templateCase is one template text and its data.
type templateCase struct {
	head
	// Name of the template; "t" when it is not given. With Helm's functions it is c/templates/t.yaml always.
	Name string `json:"name"`
	Text text   `json:"text"`
	// Data is plain JSON, whose numbers are float64 as they are in values; Typed has exact types.
	Data  any    `json:"data"`
	Typed *typed `json:"typed"`
	// Funcs is go (only the built-in functions, also when not given), sprig (and its text functions) or helm.
	Funcs string `json:"funcs"`
	// MissingKey is default, zero or error. Helm itself has zero; error is its strict mode.
	MissingKey string `json:"missingkey"`
}

type outputAnswer struct {
	Output text `json:"output"`
}

func runTemplate(given templateCase) (any, error) {
	data := given.Data
	if given.Typed != nil {
		data = given.Typed.value
	}
	if given.Funcs == "helm" {
		return renderOne(string(given.Text), data, given.MissingKey == "error", nil)
	}
	funcs, err := funcsNamed(given.Funcs)
	if err != nil {
		return nil, err
	}
	name := given.Name
	if name == "" {
		name = "t"
	}
	parsed := template.New(name).Funcs(funcs)
	if given.MissingKey != "" {
		parsed.Option("missingkey=" + given.MissingKey)
	}
	if parsed, err = parsed.Parse(string(given.Text)); err != nil {
		return nil, err
	}
	var out strings.Builder
	if err := parsed.Execute(&out, data); err != nil {
		return nil, err
	}
	return outputAnswer{text(out.String())}, nil
}

func funcsNamed(name string) (template.FuncMap, error) {
	switch name {
	case "", "go":
		return template.FuncMap{}, nil
	case "sprig":
		return sprig.TxtFuncMap(), nil
	default:
		return nil, misuse(fmt.Sprintf("funcs is go, sprig or helm, not %q", name))
	}
}

// renderOne renders a template through Helm's engine, as templates/t.yaml of a chart `c` 1.0.0 whose values are the
// data, for release `r` in namespace `ns`. The values are used as they are: Helm would drop what is null.
func renderOne(source string, data any, strict bool, extra template.FuncMap) (any, error) {
	if data == nil {
		data = map[string]any{}
	}
	values, ok := data.(map[string]any)
	if !ok {
		if values, ok = data.(chartcommon.Values); !ok {
			return nil, misuse("with Helm's functions the data are values: an object")
		}
	}
	oneFile := &chart.Chart{
		Metadata:  &chart.Metadata{APIVersion: chart.APIVersionV2, Name: "c", Version: "1.0.0"},
		Templates: []*chartcommon.File{{Name: "templates/t.yaml", Data: []byte(source)}},
	}
	options := chartcommon.ReleaseOptions{Name: "r", Namespace: "ns", Revision: 1, IsInstall: true}
	top, err := chartutil.ToRenderValues(oneFile, map[string]any{}, options, nil)
	if err != nil {
		return nil, err
	}
	top["Values"] = chartcommon.Values(values)
	rendered, err := engine.Engine{Strict: strict, CustomTemplateFuncs: extra}.Render(oneFile, top)
	if err != nil {
		return nil, err
	}
	return outputAnswer{text(rendered["c/templates/t.yaml"])}, nil
}

// callCase calls one template function.
type callCase struct {
	head
	Fn   string  `json:"fn"`
	Args []typed `json:"args"`
	// Funcs as in templateCase; sprig when not given.
	Funcs string `json:"funcs"`
}

type callAnswer struct {
	Result typed `json:"result"`
}

// callFunction calls a function from a template, so that text/template converts the arguments as it always does, and
// catches the result before it is printed. The error is the function's own where it has one, else the template's.
func callFunction(given callCase) (any, error) {
	var result typed
	called := false
	capture := template.FuncMap{
		"oracleCapture": func(value any) string { result.value, called = value, true; return "" },
		"oracleArgs":    func() map[string]any { return argumentMap(given.Args) },
	}
	var call strings.Builder
	call.WriteString("{{ $a := oracleArgs }}{{ oracleCapture (" + given.Fn)
	for i := range given.Args {
		fmt.Fprintf(&call, " $a.a%d", i)
	}
	call.WriteString(") }}")

	_, err := func() (any, error) {
		if given.Funcs == "helm" {
			return renderOne(call.String(), nil, false, capture)
		}
		if given.Funcs == "" {
			given.Funcs = "sprig"
		}
		funcs, err := funcsNamed(given.Funcs)
		if err != nil {
			return nil, err
		}
		parsed, err := template.New("t").Funcs(funcs).Funcs(capture).Parse(call.String())
		if err != nil {
			return nil, err
		}
		return nil, parsed.Execute(&strings.Builder{}, nil)
	}()
	if err != nil {
		return nil, ownError(err)
	}
	if !called {
		return nil, misuse("the function was not called")
	}
	return callAnswer{result}, nil
}

func argumentMap(args []typed) map[string]any {
	named := make(map[string]any, len(args))
	for i, arg := range args {
		named[fmt.Sprintf("a%d", i)] = arg.value
	}
	return named
}

// ownError takes what text/template puts around an error of a function away.
func ownError(err error) error {
	var execution template.ExecError
	if errors.As(err, &execution) {
		if inner := errors.Unwrap(execution.Err); inner != nil {
			return inner
		}
	}
	return err
}

// formatCase formats values with package fmt.
type formatCase struct {
	head
	// Verb is sprintf (also when not given), sprint or sprintln.
	Verb   string  `json:"verb"`
	Format text    `json:"format"`
	Args   []typed `json:"args"`
}

func formatValues(given formatCase) (any, error) {
	args := make([]any, len(given.Args))
	for i, arg := range given.Args {
		args[i] = arg.value
	}
	switch given.Verb {
	case "", "sprintf":
		return outputAnswer{text(fmt.Sprintf(string(given.Format), args...))}, nil
	case "sprint":
		return outputAnswer{text(fmt.Sprint(args...))}, nil
	case "sprintln":
		return outputAnswer{text(fmt.Sprintln(args...))}, nil
	default:
		return nil, misuse(fmt.Sprintf("verb is sprintf, sprint or sprintln, not %q", given.Verb))
	}
}

// decodeObject reads a JSON object, or gives an empty one for nothing.
func decodeObject(data json.RawMessage) (map[string]any, error) {
	object := map[string]any{}
	if len(data) == 0 {
		return object, nil
	}
	if err := json.Unmarshal(data, &object); err != nil {
		return nil, misuse(err.Error())
	}
	if object == nil {
		object = map[string]any{}
	}
	return object, nil
}
