import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cached, cacheFolder, exists } from '../support/cache.ts';
import { run } from '../support/run.ts';
import { versions } from './versions.ts';

/** Programs that are built from Go modules; the path of each is given back under its name. */
type ToolName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kwok' | 'helm' | 'registry';

/** What a practice cluster runs on, and Helm beside it. */
export type ClusterTools = Readonly<Record<Exclude<ToolName, 'registry'>, string>>;

export interface BuildOptions {
  /** One line a tool, when it begins and when it is done. Nothing for a tool that is there. */
  readonly onProgress: (line: string) => void;
  /** Ends Go, and nothing of the tool is kept. */
  readonly signal?: AbortSignal;
}

/** Why a tool could not be built. `message` is one line for people; `log` has the whole output of Go. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  readonly code: 'no-go' | 'build-failed';
  readonly log: string;

  constructor(code: 'no-go' | 'build-failed', message: string, log: string) {
    super(message);
    this.code = code;
    this.log = log;
  }
}

/**
 * Builds what a practice cluster runs on, and keeps it in the user's cache: about 15 minutes the first time on two
 * cores, nothing after that. A run that is broken off goes on with the tool it was at.
 *
 * @throws BuildError `no-go` without Go, `build-failed` with Go's output
 */
export async function buildClusterTools(options: BuildOptions): Promise<ClusterTools> {
  return {
    etcd: await buildTool('etcd', options),
    kwok: await buildTool('kwok', options),
    helm: await buildTool('helm', options),
    'kube-scheduler': await buildTool('kube-scheduler', options),
    'kube-controller-manager': await buildTool('kube-controller-manager', options),
    'kube-apiserver': await buildTool('kube-apiserver', options),
  };
}

/** Builds one tool, or finds it in the cache. Resolves with the path of the program. */
export async function buildTool(name: ToolName, options: BuildOptions): Promise<string> {
  const folder = path.join(toolsFolder, name);
  if (!(await exists(path.join(cacheFolder(), folder)))) {
    await requireGo();
    options.onProgress(`building ${name} ${versionOf(name)} …`);
    const start = performance.now();
    await cached(folder, async (out) => {
      await mkdir(out, { recursive: true });
      const source = await mkdtemp(path.join(os.tmpdir(), `fairlead-${name}-`));
      try {
        await builders[name]({ output: path.join(out, name), source, signal: options.signal });
      } finally {
        await rm(source, { recursive: true, force: true });
      }
    });
    options.onProgress(`built ${name} in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  return path.join(cacheFolder(), folder, name);
}

const toolsFolder = `tools-${createHash('sha256').update(JSON.stringify(versions)).digest('hex').slice(0, 12)}`;

function versionOf(name: ToolName): string {
  switch (name) {
    case 'etcd':
    case 'kwok':
    case 'helm':
    case 'registry':
      return versions[name];
    case 'kube-apiserver':
    case 'kube-controller-manager':
    case 'kube-scheduler':
      return versions.kubernetes;
  }
}

interface Build {
  /** Where the program is to be. */
  readonly output: string;
  /** An empty folder, for the module that is made around it. */
  readonly source: string;
  readonly signal: AbortSignal | undefined;
}

type Builder = (build: Build) => Promise<void>;

const builders: Readonly<Record<ToolName, Builder>> = {
  etcd: async ({ output, source, signal }) => {
    // etcd's module has no main package outside its workspace: its entry is a function of a package.
    await writeFile(path.join(source, 'go.mod'), 'module etcdtool\n\ngo 1.25\n');
    await writeFile(
      path.join(source, 'main.go'),
      goMain(['"os"', '"go.etcd.io/etcd/server/v3/etcdmain"'], 'etcdmain.Main(os.Args)'),
    );
    await go('etcd', source, ['get', `go.etcd.io/etcd/server/v3@${versions.etcd}`], { signal });
    await go('etcd', source, ['mod', 'tidy'], { signal });
    await go('etcd', source, ['build', '-ldflags=-s -w', '-o', output, '.'], { signal });
  },
  'kube-apiserver': kubernetes('kube-apiserver', 'NewAPIServerCommand'),
  'kube-controller-manager': kubernetes('kube-controller-manager', 'NewControllerManagerCommand'),
  'kube-scheduler': kubernetes('kube-scheduler', 'NewSchedulerCommand'),
  kwok: installed('kwok', `sigs.k8s.io/kwok/cmd/kwok@${versions.kwok}`),
  helm: installed('helm', `helm.sh/helm/v4/cmd/helm@${versions.helm}`),
  registry: installed('registry', `github.com/distribution/distribution/v3/cmd/registry@${versions.registry}`),
};

/** A program whose module can be installed as it is. */
function installed(name: ToolName, module: string): Builder {
  return async ({ output, source, signal }) => {
    await go(name, source, ['install', '-ldflags=-s -w', module], { signal, env: { GOBIN: path.dirname(output) } });
  };
}

/**
 * A program of k8s.io/kubernetes. Its go.mod replaces the staging modules by folders, so `go install` refuses it; a
 * module of our own takes the staging modules' releases instead.
 */
function kubernetes(name: ToolName, command: string): Builder {
  return async ({ output, source, signal }) => {
    const { kubernetes: version, staging } = versions;
    const downloaded = await go(name, source, ['mod', 'download', '-json', `k8s.io/kubernetes@${version}`], { signal });
    // Go may say what it downloads before the answer; `go help mod download` promises the shape.
    const { GoMod: goModPath } = JSON.parse(downloaded.slice(downloaded.indexOf('{'))) as { readonly GoMod: string };
    const modules = [...(await readFile(goModPath, 'utf8')).matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging\//gm)]
      .map((match) => match[1])
      .filter((module) => module !== undefined);
    await writeFile(
      path.join(source, 'go.mod'),
      [
        'module kubetool',
        'go 1.26',
        `require k8s.io/kubernetes ${version}`,
        ...modules.map((module) => `replace ${module} => ${module} ${staging}`),
        '',
      ].join('\n\n'),
    );
    await writeFile(
      path.join(source, 'main.go'),
      goMain(
        ['"os"', '"k8s.io/component-base/cli"', `"k8s.io/kubernetes/cmd/${name}/app"`],
        `os.Exit(cli.Run(app.${command}()))`,
      ),
    );
    await go(name, source, ['mod', 'tidy'], { signal });
    await go(name, source, ['build', `-ldflags=-s -w ${versionFlags(version)}`, '-o', output, '.'], { signal });
  };
}

/** Without them the server says v0.0.0-master, and every chart with a kubeVersion constraint refuses it. */
function versionFlags(version: string): string {
  const [major = '', minor = ''] = version.slice(1).split('.');
  const fields = {
    gitVersion: version,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    gitCommit: 'none',
    buildDate: '1970-01-01T00:00:00Z',
  };
  return Object.entries(fields)
    .map(([field, value]) => `-X k8s.io/component-base/version.${field}=${value}`)
    .join(' ');
}

function goMain(imports: readonly string[], statement: string): string {
  return `package main\n\nimport (\n${imports.map((name) => `\t${name}\n`).join('')})\n\nfunc main() { ${statement} }\n`;
}

async function requireGo(): Promise<void> {
  const { code, output } = await run('go', ['version'], { output: 'capture' });
  if (code !== 0) {
    throw new BuildError(
      'no-go',
      'the practice cluster is built from Go modules: install Go 1.26 or newer (https://go.dev/dl) and run this again',
      output,
    );
  }
}

interface GoOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/** Runs Go in `folder`; resolves with its output. */
async function go(
  tool: ToolName,
  folder: string,
  args: readonly string[],
  { env, signal }: GoOptions,
): Promise<string> {
  const { code, output } = await run('go', args, {
    cwd: folder,
    output: 'capture',
    env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off', ...env },
    ...(signal === undefined ? {} : { signal }),
  });
  signal?.throwIfAborted();
  if (code !== 0) {
    throw new BuildError('build-failed', `go ${args[0] ?? ''} for ${tool} failed: ${lastLine(output)}`, output);
  }
  return output;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
