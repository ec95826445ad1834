package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartloader "helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	repo "helm.sh/helm/v4/pkg/repo/v1"
)

// chartSource says where a chart comes from: exactly one of a folder or archive on this machine, files in memory
// (Base64), or an archive in memory (Base64 of a .tgz).
type chartSource struct {
	ChartPath string            `json:"chartPath"`
	Files     map[string][]byte `json:"files"`
	// Folder writes the files to a folder first, where .helmignore counts; else they are loaded as an archive's
	// files are.
	Folder  bool   `json:"folder"`
	Archive []byte `json:"archive"`
}

func (s chartSource) load() (*chart.Chart, error) {
	switch {
	case s.ChartPath != "":
		return version2(loader.Load(s.ChartPath))
	case s.Archive != nil:
		return version2(loader.LoadArchive(bytes.NewReader(s.Archive)))
	case s.Files == nil:
		return nil, misuse("a chart needs chartPath, files or archive")
	case s.Folder:
		return s.loadFolder()
	default:
		var files []*archive.BufferedFile
		for _, name := range slices.Sorted(maps.Keys(s.Files)) {
			files = append(files, &archive.BufferedFile{Name: name, Data: s.Files[name]})
		}
		return chartloader.LoadFiles(files)
	}
}

func (s chartSource) loadFolder() (*chart.Chart, error) {
	folder, err := os.MkdirTemp("", "fairlead-oracle-")
	if err != nil {
		return nil, misuse(err.Error())
	}
	defer os.RemoveAll(folder)
	for name, data := range s.Files {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return nil, misuse(err.Error())
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			return nil, misuse(err.Error())
		}
	}
	return version2(loader.Load(folder))
}

func version2(loaded any, err error) (*chart.Chart, error) {
	if err != nil {
		return nil, err
	}
	if known, ok := loaded.(*chart.Chart); ok {
		return known, nil
	}
	return nil, fmt.Errorf("invalid chart apiVersion")
}

// chartCase asks what is in a chart.
type chartCase struct {
	head
	chartSource
}

type chartAnswer struct {
	Metadata     *chart.Metadata        `json:"metadata"`
	Values       map[string]any         `json:"values"`
	Templates    []string               `json:"templates"`
	Files        []string               `json:"files"`
	CRDs         []string               `json:"crds"`
	Schema       text                   `json:"schema,omitempty"`
	Lock         *chart.Lock            `json:"lock,omitempty"`
	Dependencies map[string]chartAnswer `json:"dependencies"`
}

func describeChart(given chartCase) (any, error) {
	loaded, err := given.load()
	if err != nil {
		return nil, err
	}
	return chartContents(loaded), nil
}

func chartContents(loaded *chart.Chart) chartAnswer {
	contents := chartAnswer{
		Metadata:     loaded.Metadata,
		Values:       loaded.Values,
		Templates:    []string{},
		Files:        []string{},
		CRDs:         []string{},
		Schema:       text(loaded.Schema),
		Lock:         loaded.Lock,
		Dependencies: map[string]chartAnswer{},
	}
	for _, file := range loaded.Templates {
		contents.Templates = append(contents.Templates, file.Name)
	}
	for _, file := range loaded.Files {
		contents.Files = append(contents.Files, file.Name)
	}
	for _, crd := range loaded.CRDObjects() {
		contents.CRDs = append(contents.CRDs, crd.Filename)
	}
	for _, dependency := range loaded.Dependencies() {
		contents.Dependencies[dependency.Name()] = chartContents(dependency)
	}
	return contents
}

// renderCase is a chart, its values and what it can know about release and cluster.
type renderCase struct {
	head
	chartSource
	// Values is an object, or YAML text that is read as a values file.
	Values       json.RawMessage  `json:"values"`
	Release      releaseCase      `json:"release"`
	Capabilities capabilitiesCase `json:"capabilities"`
	// IncludeCRDs puts crds/ into the manifest; only `install` has one.
	IncludeCRDs bool `json:"includeCrds"`
	// SubNotes adds the notes of sub-charts; only for `install`.
	SubNotes bool `json:"subNotes"`
}

// releaseCase names the release; release-name in default, revision 1, an install, when nothing is given.
type releaseCase struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Revision  int    `json:"revision"`
	IsUpgrade bool   `json:"isUpgrade"`
	IsInstall *bool  `json:"isInstall"`
}

func (r releaseCase) options() common.ReleaseOptions {
	options := common.ReleaseOptions{
		Name: "release-name", Namespace: "default", Revision: 1, IsUpgrade: r.IsUpgrade, IsInstall: !r.IsUpgrade,
	}
	if r.Name != "" {
		options.Name = r.Name
	}
	if r.Namespace != "" {
		options.Namespace = r.Namespace
	}
	if r.Revision != 0 {
		options.Revision = r.Revision
	}
	if r.IsInstall != nil {
		options.IsInstall = *r.IsInstall
	}
	return options
}

// capabilitiesCase changes Helm's own capabilities: apiVersions are added, as `helm template --api-versions` adds
// them, or stand alone with onlyApiVersions, as those of a cluster do.
type capabilitiesCase struct {
	KubeVersion     string   `json:"kubeVersion"`
	APIVersions     []string `json:"apiVersions"`
	OnlyAPIVersions bool     `json:"onlyApiVersions"`
}

func (c capabilitiesCase) capabilities() (*common.Capabilities, error) {
	capabilities := common.DefaultCapabilities.Copy()
	if c.KubeVersion != "" {
		version, err := common.ParseKubeVersion(c.KubeVersion)
		if err != nil {
			return nil, fmt.Errorf("invalid kube version '%s': %w", c.KubeVersion, err)
		}
		capabilities.KubeVersion = *version
	}
	if c.OnlyAPIVersions {
		capabilities.APIVersions = common.VersionSet(c.APIVersions)
	} else {
		capabilities.APIVersions = slices.Concat(capabilities.APIVersions, common.VersionSet(c.APIVersions))
	}
	return capabilities, nil
}

// valuesOf reads values that are an object, YAML text, or not there.
func valuesOf(given json.RawMessage) (map[string]any, error) {
	if bytes.HasPrefix(given, []byte(`"`)) {
		var source string
		if err := json.Unmarshal(given, &source); err != nil {
			return nil, misuse(err.Error())
		}
		return chartloader.LoadValues(strings.NewReader(source))
	}
	return decodeObject(given)
}

const notesName = "NOTES.txt"

type renderAnswer struct {
	Files map[string]text `json:"files"`
	Notes text            `json:"notes"`
}

// renderChart does what an install does up to the engine: load, ProcessDependencies, values with schema, Render. The
// notes of all charts are taken out of the files; `notes` has those of the chart itself.
func renderChart(given renderCase) (any, error) {
	loaded, top, err := given.prepare()
	if err != nil {
		return nil, err
	}
	rendered, err := engine.Render(loaded, top)
	if err != nil {
		return nil, err
	}
	result := renderAnswer{Files: map[string]text{}}
	for name, content := range rendered {
		switch {
		case name == path.Join(loaded.Name(), "templates", notesName):
			result.Notes = text(content)
		case !strings.HasSuffix(name, notesName):
			result.Files[name] = text(content)
		}
	}
	return result, nil
}

func (given renderCase) prepare() (*chart.Chart, common.Values, error) {
	loaded, err := given.load()
	if err != nil {
		return nil, nil, err
	}
	top, err := given.topValues(loaded)
	return loaded, top, err
}

// topValues changes the chart as ProcessDependencies does.
func (given renderCase) topValues(loaded *chart.Chart) (common.Values, error) {
	values, err := valuesOf(given.Values)
	if err != nil {
		return nil, err
	}
	capabilities, err := given.Capabilities.capabilities()
	if err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependencies(loaded, values); err != nil {
		return nil, fmt.Errorf("chart dependencies processing failed: %w", err)
	}
	return commonutil.ToRenderValues(loaded, values, given.Release.options(), capabilities)
}

type installAnswer struct {
	Manifest text            `json:"manifest"`
	Hooks    []*release.Hook `json:"hooks"`
	Notes    text            `json:"notes"`
}

// dryRunInstall is Helm's install action without a cluster, which is what `helm template` runs: the manifest in
// install order, the hooks and the notes. The revision is always 1 there.
func dryRunInstall(given renderCase) (any, error) {
	loaded, err := given.load()
	if err != nil {
		return nil, err
	}
	values, err := valuesOf(given.Values)
	if err != nil {
		return nil, err
	}
	if given.Capabilities.OnlyAPIVersions || given.Release.IsInstall != nil || given.Release.Revision > 1 {
		return nil, misuse("install has no onlyApiVersions, isInstall and revision: Helm sets them itself")
	}
	options := given.Release.options()
	install := action.NewInstall(action.NewConfiguration())
	install.DryRunStrategy = action.DryRunClient
	install.Replace = true // no check whether the name is taken, as `helm template` does
	install.ReleaseName = options.Name
	install.Namespace = options.Namespace
	install.IsUpgrade = options.IsUpgrade
	install.IncludeCRDs = given.IncludeCRDs
	install.SubNotes = given.SubNotes
	install.APIVersions = given.Capabilities.APIVersions
	if version := given.Capabilities.KubeVersion; version != "" {
		if install.KubeVersion, err = common.ParseKubeVersion(version); err != nil {
			return nil, fmt.Errorf("invalid kube version '%s': %w", version, err)
		}
	}
	done, err := install.Run(loaded, values)
	if err != nil {
		return nil, err
	}
	made, ok := done.(*release.Release)
	if !ok {
		return nil, misuse(fmt.Sprintf("install made a %T", done))
	}
	return installAnswer{text(made.Manifest), append([]*release.Hook{}, made.Hooks...), text(made.Info.Notes)}, nil
}

// coalesceCase asks which values a chart gets.
type coalesceCase struct {
	renderCase
	// Stage is coalesce (CoalesceValues on the chart as it is, also when not given), merge (MergeValues: keeps nulls)
	// or render (after ProcessDependencies, with the schema check: what templates see as .Values).
	Stage string `json:"stage"`
}

type coalesceAnswer struct {
	Values common.Values `json:"values"`
	// Typed is the same as a plain map.
	Typed typed `json:"typed"`
	// Dependencies are the charts that are left, each with its own.
	Dependencies dependencyNames `json:"dependencies"`
}

type dependencyNames map[string]dependencyNames

func coalesceValues(given coalesceCase) (any, error) {
	if given.Stage == "render" {
		loaded, top, err := given.prepare()
		if err != nil {
			return nil, err
		}
		values, _ := top["Values"].(common.Values)
		return coalesceAnswer{values, typed{map[string]any(values)}, dependenciesOf(loaded)}, nil
	}
	loaded, err := given.load()
	if err != nil {
		return nil, err
	}
	values, err := valuesOf(given.Values)
	if err != nil {
		return nil, err
	}
	var coalesced common.Values
	switch given.Stage {
	case "", "coalesce":
		coalesced, err = commonutil.CoalesceValues(loaded, values)
	case "merge":
		coalesced, err = commonutil.MergeValues(loaded, values)
	default:
		return nil, misuse(fmt.Sprintf("stage is coalesce, merge or render, not %q", given.Stage))
	}
	if err != nil {
		return nil, err
	}
	return coalesceAnswer{coalesced, typed{map[string]any(coalesced)}, dependenciesOf(loaded)}, nil
}

func dependenciesOf(loaded *chart.Chart) dependencyNames {
	names := dependencyNames{}
	for _, dependency := range loaded.Dependencies() {
		names[dependency.Name()] = dependenciesOf(dependency)
	}
	return names
}

// sortCase asks how Helm splits and orders rendered files.
type sortCase struct {
	head
	Files map[string]text `json:"files"`
	// Uninstall orders for removal.
	Uninstall bool `json:"uninstall"`
}

type sortAnswer struct {
	Hooks     []*release.Hook  `json:"hooks"`
	Manifests []manifestAnswer `json:"manifests"`
}

type manifestAnswer struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Content text   `json:"content"`
}

func sortManifests(given sortCase) (any, error) {
	files := map[string]string{}
	for name, content := range given.Files {
		files[name] = string(content)
	}
	order := releaseutil.InstallOrder
	if given.Uninstall {
		order = releaseutil.UninstallOrder
	}
	hooks, manifests, err := releaseutil.SortManifests(files, nil, order)
	if err != nil {
		return nil, err
	}
	result := sortAnswer{Hooks: append([]*release.Hook{}, hooks...), Manifests: []manifestAnswer{}}
	for _, manifest := range manifests {
		result.Manifests = append(result.Manifests, manifestAnswer{manifest.Name, manifest.Head.Kind, text(manifest.Content)})
	}
	return result, nil
}

// indexCase asks how Helm reads the index of a chart repository.
type indexCase struct {
	head
	Text text `json:"text"`
}

type indexAnswer struct {
	Index *repo.IndexFile `json:"index"`
}

// loadRepoIndex reads index.yaml in the current folder, so that messages name it the same way everywhere.
func loadRepoIndex(given indexCase) (any, error) {
	folder, err := os.MkdirTemp("", "fairlead-oracle-")
	if err != nil {
		return nil, misuse(err.Error())
	}
	defer os.RemoveAll(folder)
	before, err := os.Getwd()
	if err != nil {
		return nil, misuse(err.Error())
	}
	if err := os.Chdir(folder); err != nil {
		return nil, misuse(err.Error())
	}
	defer os.Chdir(before)
	if err := os.WriteFile("index.yaml", []byte(given.Text), 0o600); err != nil {
		return nil, misuse(err.Error())
	}
	index, err := repo.LoadIndexFile("index.yaml")
	if err != nil {
		return nil, err
	}
	return indexAnswer{index}, nil
}
