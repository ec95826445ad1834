import { randomFillSync } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  type Capabilities,
  type Chart,
  chartCrds,
  ChartError,
  checkDependencies,
  checkIfInstallable,
  defaultCapabilities,
  loadChartFile,
  loadDirectory,
  validateReleaseName,
} from '@fairlead/engine/chart';
import { quote } from '@fairlead/engine/gostd';
import { localTimeZone, filesNow, renderHere } from '@fairlead/engine/node';
import { assembleManifest, sortManifests, templateOutput } from '@fairlead/engine/release';
import { RenderError, type Rendered, type RenderRequest, splitNotes } from '@fairlead/engine/render';
import { EngineError, limits, messageOf, Origins } from '@fairlead/engine/support';
import { Command, Option } from 'commander';
import { exitCodes } from '../exit.ts';
import { printTrace } from '../output/trace.ts';
import { type ValueOptions, valuesFromOptions } from '../values.ts';
import type { TemplateContext } from './context.ts';
import { collect } from './options.ts';

interface TemplateOptions extends ValueOptions {
  readonly namespace: string;
  readonly includeCrds: boolean;
  readonly kubeVersion?: string;
  readonly apiVersions: readonly string[];
  readonly isUpgrade: boolean;
  readonly hooks: boolean;
  readonly skipTests: boolean;
  readonly skipSchemaValidation: boolean;
  readonly showOnly: readonly string[];
  readonly trace?: 'json';
}

/** `fairlead template`: what `helm template` prints, without Helm. */
export function templateCommand(context: TemplateContext): Command {
  return new Command('template')
    .description('render a chart on this machine, byte for byte as helm template does')
    .usage('[options] [name] <chart>')
    .argument('<name>', 'name of the release; may be left out')
    .argument('[chart]', 'folder or archive of the chart')
    .option('-n, --namespace <namespace>', 'namespace of the release', 'default')
    .option('-f, --values <file>', 'values in a YAML file; may be repeated', collectList, [])
    .option('--set <key=value>', 'set values; may be repeated', collect, [])
    .option('--set-string <key=value>', 'set values that stay text; may be repeated', collect, [])
    .option('--set-json <key=json>', 'set values as JSON; may be repeated', collect, [])
    .option('--set-file <key=file>', 'set values to what files hold; may be repeated', collect, [])
    .option('--set-literal <key=value>', 'set one value to a text as it is; may be repeated', collect, [])
    .option('--include-crds', 'print the files of crds/ too', false)
    .option('--kube-version <version>', 'version of Kubernetes that the chart sees')
    .option('-a, --api-versions <version>', 'API versions that the chart sees; may be repeated', collectList, [])
    .option('--is-upgrade', 'render as for an upgrade', false)
    .option('--no-hooks', 'print no hooks')
    .option('--skip-tests', 'print no test hooks', false)
    .option('--skip-schema-validation', 'do not hold values against values.schema.json', false)
    .option('-s, --show-only <template>', 'print what comes from this template; may be repeated', collect, [])
    .addOption(
      new Option('--trace <format>', 'print who wrote each line, from which values, instead of the lines').choices([
        'json',
      ]),
    )
    .action(async (first: string, second: string | undefined, options: TemplateOptions) => {
      const [name, chart] = second === undefined ? ['release-name', first] : [first, second];
      try {
        context.io.result(await template(context, { name, chart, options }));
      } catch (error) {
        if (!isExpected(error)) {
          throw error;
        }
        // In Helm's words to the letter: scripts look for them.
        context.io.note(`Error: ${error.message}${isAfterLoading(error) ? debugHint : ''}`);
        context.exit(exitCodes.failure);
      }
    });
}

const debugHint = '\n\nUse --debug flag to render out invalid YAML';

/** A file that cannot be read. */
class TemplateInputError extends Error {
  override readonly name = 'TemplateInputError';
}

function isExpected(error: unknown): error is Error {
  return error instanceof EngineError || error instanceof TemplateInputError;
}

/** Helm hints at --debug once there is something that it could print. */
function isAfterLoading(error: Error): boolean {
  return (
    error instanceof RenderError ||
    (error instanceof EngineError && error.code === 'manifest') ||
    (error instanceof ChartError && error.code === 'version' && error.message.startsWith('chart requires'))
  );
}

/** `a,b` is two, as Helm splits some of its options. */
function collectList(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, ...value.split(',')];
}

interface TemplateInput {
  readonly name: string;
  readonly chart: string;
  readonly options: TemplateOptions;
}

async function template(context: TemplateContext, input: TemplateInput): Promise<string> {
  const request = await prepare(context, input);
  const rendered = await renderHere(request, {
    path: context.renderWorker,
    maxMemoryMb: limits.maxRenderMemoryMb,
    signal: context.signal,
  });
  for (const warning of rendered.warnings) {
    context.io.note(`warning: ${warning.replace(/^warning: /, '')}`);
  }
  return input.options.trace === 'json' ? printTrace(rendered, request) : output(rendered, input.options);
}

/** In Helm's order, so that the first thing wrong is Helm's first. @see helm v4.3.1 pkg/cmd/template.go */
async function prepare(
  context: TemplateContext,
  { name, chart: reference, options }: TemplateInput,
): Promise<RenderRequest> {
  const capabilities = capabilitiesOf(options);
  const place = locateChart(reference, context.cwd);
  const traced = options.trace === undefined ? {} : { trace: true, origins: new Origins() };
  const values = await readingFiles(() =>
    valuesFromOptions(options, { cwd: context.cwd, readStdin: () => context.io.readStdin(), ...traced }),
  );
  const chart = await loadChart(place, { signal: context.signal, positions: options.trace !== undefined });
  checkIfInstallable(chart);
  prefixed(
    "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: ",
    () => {
      checkDependencies(chart);
    },
  );
  prefixed(`release name check failed: release name ${quote(name)}: `, () => {
    validateReleaseName(name);
  });
  return {
    chart,
    values,
    release: {
      name,
      namespace: options.namespace,
      isInstall: !options.isUpgrade,
      isUpgrade: options.isUpgrade,
      revision: 1,
    },
    capabilities,
    world: {
      now: () => Date.now(),
      randomBytes: (count) => randomFillSync(new Uint8Array(count)),
      timeZone: localTimeZone(),
    },
    lookup: { get: () => undefined },
    skipSchemaValidation: options.skipSchemaValidation,
    limits: { maxBytes: limits.maxRenderBytes, maxMs: limits.maxRenderMs },
    ...traced,
  };
}

function output(rendered: Rendered, { includeCrds, hooks, skipTests, showOnly }: TemplateOptions): string {
  const { files } = splitNotes(rendered.chart, rendered.files);
  const sorted = sortManifests(files);
  const manifest = assembleManifest(sorted.manifests, includeCrds ? chartCrds(rendered.chart) : []);
  return templateOutput(manifest, sorted.hooks, { noHooks: !hooks, skipTests, showOnly });
}

function capabilitiesOf({ kubeVersion, apiVersions }: TemplateOptions): Capabilities {
  return prefixed(`invalid kube version '${kubeVersion ?? ''}': `, () =>
    defaultCapabilities({ apiVersions, ...(kubeVersion === undefined ? {} : { kubeVersion }) }),
  );
}

function prefixed<T>(prefix: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ChartError ? error.withPrefix(prefix) : error;
  }
}

async function readingFiles<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof EngineError ? error : new TemplateInputError(messageOf(error), { cause: error });
  }
}

interface ChartPlace {
  readonly path: string;
  readonly isFolder: boolean;
}

/** @see helm v4.3.1 pkg/action/install.go, LocateChart */
function locateChart(reference: string, cwd: string): ChartPlace {
  const name = reference.trim();
  const absolute = path.resolve(cwd, name);
  const isFolder = isFolderAt(absolute);
  if (isFolder !== undefined) {
    return { path: absolute, isFolder };
  }
  if (path.isAbsolute(name) || name.startsWith('.')) {
    throw new ChartError('missing', `path ${quote(name)} not found`);
  }
  if (/^[a-z]+:\/\//.test(name)) {
    throw new ChartError('unsupported', `${name}: charts from URLs are not fetched; see fairlead render`);
  }
  const [repository = '', ...rest] = name.split('/');
  throw new ChartError(
    'missing',
    rest.length === 0
      ? `non-absolute URLs should be in form of repo_name/path_to_chart, got: ${name}`
      : `repo ${repository} not found`,
  );
}

/** Undefined where nothing is. */
function isFolderAt(place: string): boolean | undefined {
  try {
    return statSync(place).isDirectory();
  } catch {
    return undefined;
  }
}

async function loadChart(
  { path: place, isFolder }: ChartPlace,
  { signal, positions }: { readonly signal: AbortSignal; readonly positions: boolean },
): Promise<Chart> {
  if (isFolder) {
    return loadDirectory(place, { files: filesNow, signal, positions });
  }
  const bytes = await readingFiles(() => readFileSync(place));
  return loadChartFile(bytes, place, { positions });
}
