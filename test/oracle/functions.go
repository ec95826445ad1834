package main

import (
	"fmt"
	"reflect"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	// helmFuncMap is a function of its.
	_ "helm.sh/helm/v4/pkg/engine"
	_ "unsafe"
)

// helmFuncMap is what Helm's engine starts from; a render puts others in the place of those that need to know it
// (include, tpl, required, fail, lookup, getHostByName).
//
//go:linkname helmFuncMap helm.sh/helm/v4/pkg/engine.funcMap
func helmFuncMap() template.FuncMap

// functionsCase asks which functions there are.
type functionsCase struct {
	head
	// Funcs is sprig (its text functions) or helm.
	Funcs string `json:"funcs"`
}

type functionsAnswer struct {
	// Functions has the parameters and results of each: `string, ...interface {} -> string, error`.
	Functions map[string]string `json:"functions"`
}

func listFunctions(given functionsCase) (any, error) {
	var funcs template.FuncMap
	switch given.Funcs {
	case "sprig":
		funcs = sprig.TxtFuncMap()
	case "helm":
		funcs = helmFuncMap()
	default:
		return nil, misuse(fmt.Sprintf("funcs is sprig or helm, not %q", given.Funcs))
	}
	listed := functionsAnswer{Functions: map[string]string{}}
	for name, function := range funcs {
		listed.Functions[name] = signature(reflect.TypeOf(function))
	}
	return listed, nil
}

func signature(function reflect.Type) string {
	var params, results []string
	for i := range function.NumIn() {
		param := function.In(i).String()
		if function.IsVariadic() && i == function.NumIn()-1 {
			param = "..." + function.In(i).Elem().String()
		}
		params = append(params, param)
	}
	for i := range function.NumOut() {
		results = append(results, function.Out(i).String())
	}
	return strings.TrimSpace(strings.Join(params, ", ") + " -> " + strings.Join(results, ", "))
}
