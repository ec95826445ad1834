//go:build ignore

// Fills in the wants of library.json with Go's own library:
//
//	go run make.go library.json
//
// A case names a function of engine/src/gostd and its arguments; want is the result, error the error's text.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"runtime"
	"strconv"
	"strings"
)

type golden struct {
	WantsBy string    `json:"wantsBy"`
	Cases   []oneCase `json:"cases"`
}

type oneCase struct {
	Fn    string `json:"fn"`
	Args  []any  `json:"args"`
	Want  any    `json:"want,omitempty"`
	Error string `json:"error,omitempty"`
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
	fmt.Fprintf(&out, "{\n  \"wantsBy\": \"%s\",\n  \"cases\": [\n", runtime.Version())
	for i, given := range file.Cases {
		done := oneCase{Fn: given.Fn, Args: given.Args}
		want, err := answer(given.Fn, arguments(given.Args))
		done.Want = want
		if err != nil {
			done.Error = err.Error()
		}
		var line bytes.Buffer
		encoder := json.NewEncoder(&line)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(done); err != nil {
			return err
		}
		comma := ","
		if i == len(file.Cases)-1 {
			comma = ""
		}
		fmt.Fprintf(&out, "    %s%s\n", bytes.TrimSpace(line.Bytes()), comma)
	}
	out.WriteString("  ]\n}\n")
	return os.WriteFile(name, out.Bytes(), 0o644)
}

type arguments []any

func (a arguments) text(i int) string { return a[i].(string) }
func (a arguments) int(i int) int     { return int(a[i].(float64)) }
func (a arguments) bool(i int) bool   { return a[i].(bool) }

// float reads a float64 that JSON may not be able to write.
func (a arguments) float(i int) float64 {
	value, err := strconv.ParseFloat(a.text(i), 64)
	if err != nil {
		panic(err)
	}
	return value
}

func answer(fn string, args arguments) (any, error) {
	switch fn {
	case "quote":
		return strconv.Quote(args.text(0)), nil
	case "quoteToAscii":
		return strconv.QuoteToASCII(args.text(0)), nil
	case "quoteRune":
		if args.bool(1) {
			return strconv.QuoteRuneToASCII(rune(args.int(0))), nil
		}
		return strconv.QuoteRune(rune(args.int(0))), nil
	case "canBackquote":
		return fmt.Sprint(strconv.CanBackquote(args.text(0))), nil
	case "isPrint":
		return fmt.Sprint(strconv.IsPrint(rune(args.int(0)))), nil
	case "parseInt":
		value, err := strconv.ParseInt(args.text(0), args.int(1), args.int(2))
		return fmt.Sprint(value), cause(err)
	case "parseUint":
		value, err := strconv.ParseUint(args.text(0), args.int(1), args.int(2))
		return fmt.Sprint(value), cause(err)
	case "parseFloat":
		value, err := strconv.ParseFloat(args.text(0), 64)
		return strconv.FormatFloat(value, 'g', -1, 64), cause(err)
	case "formatFloat":
		return strconv.FormatFloat(args.float(0), args.text(1)[0], args.int(2), args.int(3)), nil
	case "toUpper":
		return strings.ToUpper(args.text(0)), nil
	case "toLower":
		return strings.ToLower(args.text(0)), nil
	case "title":
		return strings.Title(args.text(0)), nil
	case "trimSpace":
		return strings.TrimSpace(args.text(0)), nil
	case "trimCutset":
		return strings.Trim(args.text(0), args.text(1)), nil
	case "replaceAll":
		return strings.ReplaceAll(args.text(0), args.text(1), args.text(2)), nil
	case "splitN":
		return fmt.Sprintf("%q", strings.SplitN(args.text(0), args.text(1), args.int(2))), nil
	case "compareStrings":
		return fmt.Sprint(strings.Compare(args.text(0), args.text(1))), nil
	case "byteLength":
		return fmt.Sprint(len(args.text(0))), nil
	case "sliceBytes":
		return strconv.Quote(args.text(0)[args.int(1):args.int(2)]), nil
	case "decodeJson":
		var value any
		if err := json.Unmarshal([]byte(args.text(0)), &value); err != nil {
			return nil, err
		}
		return fmt.Sprintf("%#v", value), nil
	case "encodeJson":
		// The text is decoded and encoded again: escapes or not, indented by the third argument or not.
		var value any
		if err := json.Unmarshal([]byte(args.text(0)), &value); err != nil {
			return nil, err
		}
		var out strings.Builder
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(args.bool(1))
		encoder.SetIndent("", args.text(2))
		err := encoder.Encode(value)
		return strings.TrimSuffix(out.String(), "\n"), err
	default:
		return nil, fmt.Errorf("no function %s", fn)
	}
}

// cause is what is wrong with a number, without the function's name and the text.
func cause(err error) error {
	var syntax *strconv.NumError
	if errors.As(err, &syntax) {
		return syntax.Err
	}
	return err
}
