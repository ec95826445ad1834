package main

import (
	"sort"

	"github.com/Masterminds/semver/v3"
)

// versionCase is version texts to parse.
type versionCase struct {
	head
	Versions []string `json:"versions"`
	// Strict reads as StrictNewVersion does.
	Strict bool `json:"strict"`
}

type versionAnswer struct {
	Versions []parsedVersion `json:"versions"`
}

type parsedVersion struct {
	Error      string `json:"error,omitempty"`
	String     string `json:"string"`
	Original   string `json:"original"`
	Major      uint64 `json:"major"`
	Minor      uint64 `json:"minor"`
	Patch      uint64 `json:"patch"`
	Prerelease string `json:"prerelease"`
	Metadata   string `json:"metadata"`
}

func parseVersions(given versionCase) (any, error) {
	parse := semver.NewVersion
	if given.Strict {
		parse = semver.StrictNewVersion
	}
	parsed := []parsedVersion{}
	for _, source := range given.Versions {
		version, err := parse(source)
		if err != nil {
			parsed = append(parsed, parsedVersion{Error: err.Error(), Original: source})
			continue
		}
		parsed = append(parsed, parsedVersion{
			String: version.String(), Original: version.Original(),
			Major: version.Major(), Minor: version.Minor(), Patch: version.Patch(),
			Prerelease: version.Prerelease(), Metadata: version.Metadata(),
		})
	}
	return versionAnswer{parsed}, nil
}

// constraintCase is a range and versions to check against it.
type constraintCase struct {
	head
	Constraint string   `json:"constraint"`
	Versions   []string `json:"versions"`
	// IncludePrerelease lets prereleases in that the range does not name.
	IncludePrerelease bool `json:"includePrerelease"`
}

type constraintAnswer struct {
	// String is the range as the library prints it.
	String string `json:"string"`
	// OK has true, false or "invalid" for each version.
	OK []any `json:"ok"`
	// Reasons has, for each version, why Validate refuses it.
	Reasons [][]string `json:"reasons"`
}

func checkConstraint(given constraintCase) (any, error) {
	constraint, err := semver.NewConstraint(given.Constraint)
	if err != nil {
		return nil, err
	}
	constraint.IncludePrerelease = given.IncludePrerelease
	result := constraintAnswer{String: constraint.String(), OK: []any{}, Reasons: [][]string{}}
	for _, source := range given.Versions {
		reasons := []string{}
		version, err := semver.NewVersion(source)
		if err != nil {
			result.OK = append(result.OK, "invalid")
			result.Reasons = append(result.Reasons, append(reasons, err.Error()))
			continue
		}
		_, refusals := constraint.Validate(version)
		for _, refusal := range refusals {
			reasons = append(reasons, refusal.Error())
		}
		result.OK = append(result.OK, constraint.Check(version))
		result.Reasons = append(result.Reasons, reasons)
	}
	return result, nil
}

type sortedAnswer struct {
	Sorted  []string `json:"sorted"`
	Invalid []string `json:"invalid"`
}

// sortVersions orders versions, newest first, those that are equal as they came.
func sortVersions(given versionCase) (any, error) {
	versions := []*semver.Version{}
	result := sortedAnswer{Sorted: []string{}, Invalid: []string{}}
	for _, source := range given.Versions {
		version, err := semver.NewVersion(source)
		if err != nil {
			result.Invalid = append(result.Invalid, source)
			continue
		}
		versions = append(versions, version)
	}
	sort.SliceStable(versions, func(i, j int) bool { return versions[j].LessThan(versions[i]) })
	for _, version := range versions {
		result.Sorted = append(result.Sorted, version.Original())
	}
	return result, nil
}
