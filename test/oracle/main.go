// Command oracle answers what Helm, Go's text/template, Sprig, go-yaml and Flux do with a given input.
//
// It reads one case a line as JSON from standard input and writes one answer a line, in order, to standard output.
// README.md describes the cases. An answer holds either the result or `error`, the exact message of the real thing;
// `misuse` says that the case itself is wrong, so that a test cannot mistake its own slip for an error of Helm's.
//
// `oracle helm ARGUMENT…` is Helm's own command line.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"time"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "helm" {
		os.Exit(runHelm(os.Args[2:]))
	}
	answers := os.Stdout
	// What a library prints must not end up between the answers.
	os.Stdout = os.Stderr
	if err := serve(os.Stdin, answers); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

// serve answers cases until the input ends. It flushes when no further case is waiting, so that one case at a time
// works as well as ten thousand.
func serve(in io.Reader, out io.Writer) error {
	var captured bytes.Buffer
	log.SetFlags(0)
	log.SetOutput(&captured)

	reader := bufio.NewReaderSize(in, 1<<20)
	writer := bufio.NewWriterSize(out, 1<<20)
	defer writer.Flush()
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	var running atomic.Pointer[[]byte]
	go watchMemory(&running)
	for {
		line, err := reader.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			captured.Reset()
			running.Store(&line)
			if err := encoder.Encode(answerCase(line, &captured)); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if reader.Buffered() == 0 {
			if err := writer.Flush(); err != nil {
				return err
			}
		}
	}
}

// maxHeap is more than any sensible case needs, and less than a machine has.
const maxHeap = 2 << 30

// watchMemory ends the program, and says which case was running, before a template that never ends takes the whole
// machine down: Go cannot stop one.
func watchMemory(running *atomic.Pointer[[]byte]) {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	for {
		time.Sleep(100 * time.Millisecond)
		if metrics.Read(sample); sample[0].Value.Uint64() > maxHeap {
			fmt.Fprintf(os.Stderr, "oracle: more than %d bytes taken by %s\n", maxHeap, *running.Load())
			os.Exit(3)
		}
	}
}

// answer is what every answer can hold beside the fields of its operation.
type answer struct {
	// Result has the operation's own fields; they are merged into the answer.
	Result any
	Error  error
	// Log has the lines that Go's log and slog got while the case ran: Helm's warnings.
	Log []string
}

// MarshalJSON merges the fields of the result with those that every answer has.
func (a answer) MarshalJSON() ([]byte, error) {
	fields := map[string]any{}
	if a.Result != nil {
		encoded, err := encodeJSON(a.Result)
		if err != nil {
			fields["misuse"] = "the result has no JSON: " + err.Error()
		} else {
			var merged map[string]json.RawMessage
			if err := json.Unmarshal(encoded, &merged); err != nil {
				return nil, err
			}
			for name, value := range merged {
				fields[name] = value
			}
		}
	}
	var slip misuse
	var fault panicked
	switch {
	case errors.As(a.Error, &slip):
		fields["misuse"] = slip.Error()
	case errors.As(a.Error, &fault):
		fields["error"] = fault.Error()
		fields["panic"] = true
	case a.Error != nil:
		fields["error"] = a.Error.Error()
	}
	if len(a.Log) > 0 {
		fields["log"] = a.Log
	}
	return encodeJSON(fields)
}

// misuse is an error in the case, not one of the thing that is asked about.
type misuse string

func (m misuse) Error() string { return string(m) }

// panicked is a panic that reached the oracle.
type panicked struct{ value any }

func (p panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// handler runs one case, given as its JSON text.
type handler func(line []byte) (any, error)

// handlers maps `op` to what it does. README.md has the same table in words.
var handlers = map[string]handler{
	"about":          on(about),
	"template":       on(runTemplate),
	"call":           on(callFunction),
	"functions":      on(listFunctions),
	"fmt":            on(formatValues),
	"chart":          on(describeChart),
	"render":         on(renderChart),
	"bench":          on(bench),
	"install":        on(dryRunInstall),
	"coalesce":       on(coalesceValues),
	"sortManifests":  on(sortManifests),
	"repoIndex":      on(loadRepoIndex),
	"helm":           on(helmCommand),
	"helmTemplate":   on(helmTemplate),
	"yamlLoad":       on(yamlLoad),
	"yamlLoadStrict": on(yamlLoadStrict),
	"yamlDump":       on(yamlDump),
	"yamlDumpTyped":  on(yamlDumpTyped),
	"yamlDocuments":  on(yamlDocuments),
	"valuesLoad":     on(loadValues),
	"strvals":        on(parseStrvals),
	"valuesDigest":   on(digestValues),
	"merge":          on(mergeValues),
	"valuesFrom":     on(valuesFromReferences),
	"version":        on(parseVersions),
	"constraint":     on(checkConstraint),
	"sortVersions":   on(sortVersions),
	"releaseCodec":   on(codeRelease),
	"status":         on(computeStatus),
	"certificate":    on(describeCertificate),
	"privateKey":     on(readPrivateKey),
	"bcrypt":         on(compareBcrypt),
}

// head is in every case type.
type head struct {
	Op string `json:"op"`
}

// on makes a handler of a function from the case's own type. A field that the type does not have is misuse.
func on[Case any](run func(Case) (any, error)) handler {
	return func(line []byte) (any, error) {
		var given Case
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&given); err != nil {
			return nil, misuse(err.Error())
		}
		return run(given)
	}
}

func answerCase(line []byte, captured *bytes.Buffer) (result answer) {
	defer func() {
		if fault := recover(); fault != nil {
			result = answer{Error: panicked{fault}}
		}
		if lines := strings.TrimRight(captured.String(), "\n"); lines != "" {
			result.Log = strings.Split(lines, "\n")
		}
	}()
	var given head
	if err := json.Unmarshal(line, &given); err != nil {
		return answer{Error: misuse("the case is not JSON: " + err.Error())}
	}
	run, ok := handlers[given.Op]
	if !ok {
		return answer{Error: misuse(fmt.Sprintf("no operation is called %q", given.Op))}
	}
	value, err := run(line)
	return answer{Result: value, Error: err}
}
