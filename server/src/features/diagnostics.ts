import type { Problem, ProblemCode, ProblemFix, Range, Severity } from '@fairlead/engine/support';
import { type ChartSource, chartSourceOf, chooseVersion, constraintError, versionFieldOf } from '../charts/index.ts';
import {
  entryOf,
  isFluxGroup,
  nodeAt,
  type PathStep,
  refusalOf,
  stringAt,
  type YamlDocument,
  type YamlFile,
} from '../document/index.ts';
import { closest, validateObject } from '../schema/index.ts';
import { objectsOf, referencesOf, type Reference, type WorkspaceObject } from '../workspace/index.ts';
import type { FeatureContext, Scope } from './context.ts';
import { dependencyCycle } from './dependencies.ts';
import { oldBooleans } from './oldBooleans.ts';

/** Every problem of a file, in text order. Only documents of Flux's groups are looked at. */
export async function diagnose(
  file: YamlFile,
  scopeOf: (hasModeline: boolean) => Scope,
  context: FeatureContext,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  const objects = objectsOf(file).filter((object) => isFluxGroup(object.id.group));
  const isPatch = context.workspace.isPatch(file.uri);
  for (const object of objects) {
    const { document } = object;
    const scope = scopeOf(document.hasModeline);
    const findings = [
      ...(scope.structure ? validateObject(object, context.registry, { isPatch }) : []),
      ...missingReferences(object, context),
      ...cycles(object, context),
      ...(await versionProblems(object, context)),
    ];
    const others = scope.structure ? oldBooleans(object).filter((one) => !findings.some(isAt(one))) : [];
    problems.push(...[...findings, ...others].filter((finding) => isCertain(finding, file, document)));
  }
  for (const document of file.documents) {
    const scope = scopeOf(document.hasModeline);
    const isOurs = objects.some((object) => object.document === document);
    if (isOurs && scope.structure) {
      problems.push(...duplicateKeys(file, document));
    }
    if (scope.structure && !isPatch) {
      problems.push(...missingVersion(file, document, context));
    }
    if (scope.syntax && (isOurs || mentionsFlux(textOf(file, document)))) {
      problems.push(...syntaxProblems(file, document));
    }
  }
  return problems.sort(inTextOrder);
}

/**
 * Kubernetes reads a little that our reader complains of, and refuses a little that ours takes: then its words stand at
 * the start of the document.
 */
function syntaxProblems(file: YamlFile, document: YamlDocument): Problem[] {
  const refusal = refusalOf(textOf(file, document));
  const { syntaxErrors, root, start } = document;
  const from = root?.start ?? start;
  const whole = refusal === undefined ? [] : [{ message: refusal, start: from, end: from + 1 }];
  return (syntaxErrors.length > 0 ? syntaxErrors : whole).map((error) => ({
    code: 'yaml-syntax',
    severity: 'error',
    message: error.message,
    range: file.lines.rangeOf(error.start, error.end),
    admission: refusal !== undefined,
  }));
}

function textOf({ text }: YamlFile, { start, end }: YamlDocument): string {
  return text.slice(start, end);
}

const saysMissing: ReadonlySet<ProblemCode> = new Set(['schema-required', 'cel-rule']);

/**
 * Where YAML is broken, nothing is missing: it was only not read. And from there on what was read may not be what was
 * meant.
 */
function isCertain({ code, range }: Problem, file: YamlFile, { syntaxErrors }: YamlDocument): boolean {
  const [first] = syntaxErrors;
  return first === undefined || (!saysMissing.has(code) && range.start.line < file.lines.positionAt(first.start).line);
}

/** Of two problems with one word, the one that is about its type is enough. */
function isAt({ range: { start } }: Problem): (other: Problem) => boolean {
  return ({ range }) => range.start.line === start.line && range.start.character === start.character;
}

function inTextOrder(a: Problem, b: Problem): number {
  return a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character;
}

/** Whether broken text was meant for Flux: then its syntax is ours to report, though no object can be read from it. */
function mentionsFlux(text: string): boolean {
  return /\.toolkit\.fluxcd\.io\/|^kind:\s*HelmRelease\b/m.test(text);
}

/** Kinds that nobody but Flux has. A kustomization.yaml may go without its apiVersion. */
const onlyFlux: ReadonlySet<string> = new Set(['HelmRelease', 'HelmRepository', 'GitRepository', 'OCIRepository']);

/** Without its apiVersion a document is no object, and nothing else of it is looked at. */
function missingVersion(file: YamlFile, { root, syntaxErrors }: YamlDocument, { registry }: FeatureContext): Problem[] {
  const kind = entryOf(root, 'kind')?.value;
  const name = stringAt(root, ['kind']);
  if (kind === undefined || name === undefined || !onlyFlux.has(name) || syntaxErrors.length > 0) {
    return [];
  }
  if (entryOf(root, 'apiVersion') !== undefined) {
    return [];
  }
  const { start, end } = kind;
  const wanted = registry.ids().flatMap((id) => (id.kind === name ? [`${id.group}/${id.version}`] : []));
  const message = `apiVersion is required: ${wanted.join(' or ')}`;
  return [
    { code: 'schema-required', severity: 'error', message, range: file.lines.rangeOf(start, end), admission: true },
  ];
}

function duplicateKeys(file: YamlFile, { duplicateKeys: found }: YamlDocument): Problem[] {
  return found.map(({ key, start, end }) => ({
    code: 'yaml-duplicate-key',
    severity: 'error',
    message: `key "${key}" is already set in this map`,
    range: file.lines.rangeOf(start, end),
    admission: true,
  }));
}

function missingReferences(object: WorkspaceObject, { workspace }: FeatureContext): Problem[] {
  return referencesOf(object).flatMap((reference) => {
    const { group, kind, name, namespace, path, role, optional } = reference;
    if (optional || workspace.find(group, kind, name, namespace).length > 0) {
      return [];
    }
    const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
    const { hint, fix } = missingHint(reference, workspace.all(group, kind), object);
    const message = `no ${kind} ${name}${where} in this workspace${hint}`;
    const severity = role === 'values' ? 'information' : 'warning';
    return [{ ...at(object, path, 'reference-missing', severity, message), ...(fix !== undefined && { fix }) }];
  });
}

/** What a reference to nothing may have meant. Values can only be in the release's own namespace. */
function missingHint(
  { name, namespace, role, path }: Reference,
  all: readonly WorkspaceObject[],
  object: WorkspaceObject,
): { readonly hint: string; readonly fix?: ProblemFix } {
  const elsewhere = all.find(({ id }) => id.name === name)?.id.namespace;
  if (elsewhere !== undefined) {
    const advice = role === 'values' ? ', which it cannot read' : `: add "namespace: ${elsewhere}" to refer to it`;
    const hint = `; there is one in namespace ${elsewhere}${advice}`;
    return role === 'values' ? { hint } : { hint, fix: namespaceFix(object, path, elsewhere) };
  }
  const names = all.filter(({ id }) => id.namespace === undefined || id.namespace === namespace);
  const meant = closest(
    name,
    names.flatMap(({ id }) => id.name ?? []),
  );
  return meant === undefined
    ? { hint: '' }
    : { hint: `; did you mean ${meant}?`, fix: { range: rangeAt(object, path), newText: meant } };
}

/** The namespace instead of the one that stands beside the name at `path`, or below it where none does. */
function namespaceFix(object: WorkspaceObject, path: readonly PathStep[], namespace: string): ProblemFix {
  const { file, root } = object;
  const holder = nodeAt(root, path.slice(0, -1));
  const written = entryOf(holder, 'namespace')?.value;
  if (written !== undefined) {
    return { range: file.lines.rangeOf(written.start, written.end), newText: namespace };
  }
  const { end } = rangeAt(object, path);
  const isFlow = holder !== undefined && file.text.charAt(holder.start) === '{';
  const column = file.lines.positionAt(entryOf(holder, 'name')?.keyStart ?? 0).character;
  const newText = isFlow ? `, namespace: ${namespace}` : `\n${' '.repeat(column)}namespace: ${namespace}`;
  return { range: { start: end, end }, newText };
}

function cycles(object: WorkspaceObject, { workspace }: FeatureContext): Problem[] {
  const cycle = dependencyCycle(object, workspace);
  const reference = referencesOf(object).find(({ role, name }) => role === 'dependency' && name === cycle?.[1]);
  if (cycle === undefined || reference === undefined) {
    return [];
  }
  const what = object.id.kind === 'HelmRelease' ? 'release' : object.id.kind;
  const message =
    cycle.length === 2
      ? `a ${what} cannot wait for itself: it would never be ready`
      : `these ${what}s wait for each other: ${cycle.join(' → ')}`;
  return [at(object, reference.path, 'dependency-cycle', 'error', message)];
}

/** A repository that lists its charts, and not this one. What else is not found may be there for others. */
async function missingChart(
  { params, holder, source, constraintPath }: ChartSource,
  context: FeatureContext,
): Promise<Problem[]> {
  const { chart } = params;
  if (chart === undefined) {
    return [];
  }
  const { charts } = await context.host.charts(params, context.signal);
  const names = charts.map(({ name }) => name);
  if (names.length === 0 || names.includes(chart)) {
    return [];
  }
  const meant = closest(chart, names);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  const message = `HelmRepository ${source.id.name ?? ''} has no chart ${chart}${hint}`;
  const problem = at(holder, [...constraintPath.slice(0, -1), 'chart'], 'chart-missing', 'error', message);
  return [{ ...problem, ...(meant !== undefined && { fix: { range: problem.range, newText: meant } }) }];
}

async function versionProblems(object: WorkspaceObject, context: FeatureContext): Promise<Problem[]> {
  const field = versionFieldOf(object);
  if (field === undefined || field.form === 'exact') {
    return [];
  }
  const { constraint, constraintPath } = field;
  const invalid = constraint === undefined ? undefined : constraintError(constraint);
  if (invalid !== undefined) {
    return [at(object, constraintPath, 'version-constraint', 'error', `not a version or range: ${invalid}`)];
  }
  const source = chartSourceOf(object, context.workspace);
  if (source?.holder !== object) {
    return [];
  }
  const { versions, problem } = await context.host.versions(source.params, context.signal);
  if (problem?.code === 'not-found') {
    return await missingChart(source, context);
  }
  if (versions.length === 0 || constraint === undefined) {
    return [];
  }
  const choice = chooseVersion(constraint, versions);
  if (choice.kind !== 'none') {
    return [];
  }
  const chart = source.params.chart ?? 'this chart';
  const message = choice.onlyPrereleases
    ? `only prereleases of ${chart} fit ${constraint}: add "-0" to the range to let them in`
    : `no version of ${chart} fits ${constraint}; the newest is ${versions[0]?.version ?? ''}`;
  return [at(object, constraintPath, 'version-none', 'error', message)];
}

function at(
  object: WorkspaceObject,
  path: readonly PathStep[],
  code: ProblemCode,
  severity: Severity,
  message: string,
): Problem {
  return { code, severity, message, range: rangeAt(object, path), admission: false };
}

function rangeAt({ file, root }: WorkspaceObject, path: readonly PathStep[]): Range {
  const node = nodeAt(root, path) ?? root;
  return file.lines.rangeOf(node.start, node.end);
}
