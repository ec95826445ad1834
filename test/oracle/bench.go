package main

import (
	"encoding/json"
	"maps"
	"runtime"
	"time"

	"helm.sh/helm/v4/pkg/engine"
)

// benchCase asks how long Helm takes to render a chart in this process, once for each of the values.
type benchCase struct {
	head
	chartSource
	// Values are what `render` takes as `values`, one for each run.
	Values  []json.RawMessage `json:"values"`
	Release releaseCase       `json:"release"`
}

type benchAnswer struct {
	// ColdNs is loading the chart, dependencies, values with schema, and the engine.
	ColdNs []int64 `json:"coldNs"`
	// PreparedNs is the same without loading.
	PreparedNs []int64 `json:"preparedNs"`
	// EngineNs is engine.Render alone: Helm parses the templates in it.
	EngineNs []int64 `json:"engineNs"`
	// Random says that two runs with the same values print different texts.
	Random bool `json:"random"`
}

// bench times nothing but Helm: the heap is swept before each run, and a first run is not counted.
func bench(given benchCase) (any, error) {
	if len(given.Values) == 0 {
		return nil, misuse("bench needs values")
	}
	first, err := given.run(given.Values[0])
	if err != nil {
		return nil, err
	}
	second, err := given.run(given.Values[0])
	if err != nil {
		return nil, err
	}
	result := benchAnswer{Random: !maps.Equal(first.files, second.files)}
	for _, values := range given.Values {
		timed, err := given.run(values)
		if err != nil {
			return nil, err
		}
		result.ColdNs = append(result.ColdNs, (timed.load + timed.prepare + timed.engine).Nanoseconds())
		result.PreparedNs = append(result.PreparedNs, (timed.prepare + timed.engine).Nanoseconds())
		result.EngineNs = append(result.EngineNs, timed.engine.Nanoseconds())
	}
	return result, nil
}

type benchRun struct {
	files                 map[string]string
	load, prepare, engine time.Duration
}

func (given benchCase) run(values json.RawMessage) (benchRun, error) {
	one := renderCase{chartSource: given.chartSource, Values: values, Release: given.Release}
	runtime.GC()
	start := time.Now()
	loaded, err := one.load()
	if err != nil {
		return benchRun{}, err
	}
	load := time.Since(start)
	start = time.Now()
	top, err := one.topValues(loaded)
	if err != nil {
		return benchRun{}, err
	}
	prepare := time.Since(start)
	start = time.Now()
	files, err := engine.Render(loaded, top)
	return benchRun{files, load, prepare, time.Since(start)}, err
}
