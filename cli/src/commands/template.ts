import { randomFillSync } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import {
  type Capabilities,
  type Chart,
  ChartError,
  checkDependencies,
  checkIfInstallable,
  defaultCapabilities,
  loadChartFile,
  loadDirectory,
  validateReleaseName,
} from '@fairlead/engine/chart';
import { quote } from '@fairlead/engine/gostd';
import { localTimeZone, filesNow, renderHere, usualNamespace } from '@fairlead/engine/node';
import {
  RenderError,
  type Rendered,
  renderReleaseName,
  type RenderRequest,
  type RenderWorld,
} from '@fairlead/engine/render';
import { EngineError, limits, Origins } from '@fairlead/engine/support';
import { type Command, Option } from 'commander';
import { exitCodes } from '../exit.ts';
import { HelmCommand, listed } from '../helm/arguments.ts';
import { InputFileError, readInputFile } from '../helm/file.ts';
import { type OutputOptions, templateResult } from '../helm/output.ts';
import { printTrace } from '../output/trace.ts';
import { type ValueOptions, valuesFromOptions } from '../values.ts';
import type { TemplateContext } from './context.ts';
import { collect } from './options.ts';

interface TemplateOptions extends ValueOptions, OutputOptions {
  readonly namespace?: string;
  readonly kubeVersion?: string;
  readonly apiVersions: readonly string[];
  readonly isUpgrade: boolean;
  readonly skipSchemaValidation: boolean;
  readonly generateName: boolean;
  readonly nameTemplate?: string;
  readonly trace?: 'json';
}

/** `fairlead template`: what `helm template` prints, without Helm. */
export function templateCommand(context: TemplateContext): Command {
  const command = new HelmCommand('template')
    .description('render a chart on this machine, byte for byte as helm template does')
    .usage('[options] [name] <chart>')
    .argument('<name>', 'name of the release; may be left out')
    .argument('[chart]', 'folder or archive of the chart')
    .argument('[more...]')
    .option('-n, --namespace <namespace>', 'namespace of the release (default: as for helm)')
    .option('-f, --values <file>', 'values in a YAML file; may be repeated', collect, [])
    .option('--set <key=value>', 'set values; may be repeated', collect, [])
    .option('--set-string <key=value>', 'set values that stay text; may be repeated', collect, [])
    .option('--set-json <key=json>', 'set values as JSON; may be repeated', collect, [])
    .option('--set-file <key=file>', 'set values to what files hold; may be repeated', collect, [])
    .option('--set-literal <key=value>', 'set one value to a text as it is; may be repeated', collect, [])
    .option('--include-crds', 'print the files of crds/ too', false)
    .option('--kube-version <version>', 'version of Kubernetes that the chart sees')
    .option('-a, --api-versions <version>', 'API versions that the chart sees; may be repeated', collect, [])
    .option('--is-upgrade', 'render as for an upgrade', false)
    .option('--no-hooks', 'print no hooks')
    .option('--skip-tests', 'print no test hooks', false)
    .option('--skip-schema-validation', 'do not hold values against values.schema.json', false)
    .option('-s, --show-only <template>', 'print what comes from this template; may be repeated', collect, [])
    .option('-g, --generate-name', 'name the release release-name', false)
    .option('--name-template <template>', 'template of the name of the release')
    .option('--output-dir <folder>', 'write each document into a file of this folder')
    .option('--release-name', 'write into a folder of the name of the release in that folder', false)
    .option('--debug', 'print what was rendered even if it is no YAML', false)
    .addOption(
      new Option('--trace <format>', 'print who wrote each line, from which values, instead of the lines').choices([
        'json',
      ]),
    )
    .action(async (first: string, second: string | undefined, more: readonly string[], options: TemplateOptions) => {
      try {
        context.io.result(await template(context, { names: [first, second, ...more], options }));
      } catch (error) {
        if (!isExpected(error)) {
          throw error;
        }
        // In Helm's words to the letter: scripts look for them.
        context.io.note(`Error: ${error.message}${isAfterLoading(error) && !options.debug ? debugHint : ''}`);
        context.exit(exitCodes.failure);
      }
    });
  return command.addIdleOptions();
}

const debugHint = '\n\nUse --debug flag to render out invalid YAML';

function isExpected(error: unknown): error is Error {
  return error instanceof EngineError || error instanceof InputFileError;
}

/** Helm hints at --debug once there is something that it could print. */
function isAfterLoading(error: Error): boolean {
  return (
    error instanceof RenderError ||
    (error instanceof EngineError && error.code === 'manifest') ||
    (error instanceof ChartError && error.code === 'version' && error.message.startsWith('chart requires'))
  );
}

interface TemplateInput {
  /** A name and a chart, or a chart alone. */
  readonly names: readonly (string | undefined)[];
  readonly options: TemplateOptions;
}

async function template(context: TemplateContext, input: TemplateInput): Promise<string> {
  const { options } = input;
  const request = await prepare(context, input);
  const showsBroken = options.debug && options.showOnly.length === 0;
  let rendered: Rendered;
  try {
    rendered = await renderHere(request, {
      path: context.renderWorker,
      maxMemoryMb: limits.maxRenderMemoryMb,
      signal: context.signal,
    });
  } catch (error) {
    if (showsBroken && error instanceof Error && isAfterLoading(error)) {
      context.io.result('\n');
    }
    throw error;
  }
  for (const warning of rendered.warnings) {
    context.io.note(`warning: ${warning.replace(/^warning: /, '')}`);
  }
  return options.trace === 'json'
    ? printTrace(rendered, request)
    : templateResult(context, rendered, { name: request.release.name, options });
}

/** In Helm's order, so that the first thing wrong is Helm's first. @see helm v4.3.1 pkg/cmd/template.go */
async function prepare(context: TemplateContext, { names, options }: TemplateInput): Promise<RenderRequest> {
  const files = listed(options.values, '-f, --values');
  const capabilities = capabilitiesOf(options);
  const world: RenderWorld = {
    // Date has no fractions of a millisecond.
    now: () => performance.timeOrigin + performance.now(),
    uptime: () => performance.now(),
    randomBytes: (count) => randomFillSync(new Uint8Array(count)),
    timeZone: localTimeZone(),
  };
  const { name, chart: reference } = nameAndChart(names, options, world);
  const place = locateChart(reference, context.cwd);
  const traced = options.trace === undefined ? {} : { trace: true, origins: new Origins() };
  const values = await valuesFromOptions(
    { ...options, values: files },
    { cwd: context.cwd, readStdin: () => context.io.readStdin(), ...traced },
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
      namespace: namespaceOf(options, context.variables),
      isInstall: !options.isUpgrade,
      isUpgrade: options.isUpgrade,
      revision: 1,
    },
    capabilities,
    world,
    lookup: { get: () => undefined },
    skipSchemaValidation: options.skipSchemaValidation,
    limits: renderLimits,
    ...traced,
  };
}

function namespaceOf(
  { namespace: given }: Pick<TemplateOptions, 'namespace'>,
  variables: TemplateContext['variables'],
): string {
  const namespace = given ?? variables['HELM_NAMESPACE'] ?? '';
  return namespace === '' ? usualNamespace(variables) : namespace;
}

/** @see helm v4.3.1 pkg/action/install.go, NameAndChart; a release that nobody names is `release-name` */
function nameAndChart(
  [first = '', second, ...more]: readonly (string | undefined)[],
  { generateName, nameTemplate = '' }: TemplateOptions,
  world: RenderWorld,
): { readonly name: string; readonly chart: string } {
  if (more.length > 0) {
    throw new ChartError('name', `expected at most two arguments, unexpected arguments: ${more.join(', ')}`);
  }
  if (second !== undefined) {
    const other = generateName ? '--generate-name' : nameTemplate === '' ? undefined : '--name-template';
    if (other !== undefined) {
      throw new ChartError('name', `cannot set ${other} and also specify a name`);
    }
    return { name: first, chart: second };
  }
  const name = nameTemplate === '' ? 'release-name' : renderReleaseName(nameTemplate, world, renderLimits);
  return { name, chart: first };
}

const renderLimits = { maxBytes: limits.maxRenderBytes, maxMs: limits.maxRenderMs };

function capabilitiesOf({ kubeVersion = '', apiVersions: given }: TemplateOptions): Capabilities {
  const apiVersions = listed(given, '-a, --api-versions');
  return prefixed(`invalid kube version '${kubeVersion}': `, () =>
    defaultCapabilities({ apiVersions, ...(kubeVersion !== '' && { kubeVersion }) }),
  );
}

function prefixed<T>(prefix: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ChartError ? error.withPrefix(prefix) : error;
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
  const isFolder = name === '' ? undefined : isFolderAt(absolute);
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
  return loadChartFile(readInputFile(place, ''), place, { positions });
}
