import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { buildOracle } from '../oracle.ts';
import { has, root, run } from '../support/run.ts';

/** What one suite found. `skipped` says why it did not run. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  /** What failed, each with the first line of its reason: repeated at the end of all suites. */
  readonly failures?: readonly string[];
  readonly skipped?: string;
}

export interface Suite {
  readonly name: string;
  /** Warm, on two cores. Printed beside what it took; a suite over its budget is not a failure. */
  readonly budgetMs: number;
  readonly run: () => Promise<SuiteResult>;
}

const minute = 60_000;

/** Every suite, in the order they run: quick ones first. */
export const suites: readonly Suite[] = [
  step('types', 'tsc', ['-b']),
  step('lint', 'eslint', ['.']),
  step('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
  step('boundaries', 'depcruise', ['--output-type', 'err', 'engine/src', 'server/src', 'client/src', 'cli/src']),
  step('dead code', 'knip', []),
  { name: 'unit', budgetMs: minute, run: () => vitest('unit') },
  { name: 'build', budgetMs: minute / 2, run: () => program('node', ['scripts/build.mjs']) },
  step('package', 'vsce', [
    'package',
    '--no-dependencies',
    '--no-rewrite-relative-links',
    '--out',
    'dist/fairlead.vsix',
  ]),
  { name: 'protocol', budgetMs: minute, run: () => vitest('protocol') },
  { name: 'bombs', budgetMs: minute, run: () => vitest('bombs') },
  { name: 'oracle', budgetMs: 3 * minute, run: needsGo(oracle) },
  { name: 'sources', budgetMs: 4 * minute, run: needsGo(needsGit(() => vitest('sources'))) },
  { name: 'ssh', budgetMs: minute / 2, run: needsGo(needsGit(needsSshd(() => vitest('ssh')))) },
  { name: 'cluster', budgetMs: 6 * minute, run: needsGo(needsPs(() => vitest('cluster'))) },
  { name: 'workbench', budgetMs: 4 * minute, run: needsChromium(() => vitest('workbench')) },
];

function step(name: string, tool: string, args: readonly string[]): Suite {
  return { name, budgetMs: minute, run: () => program(path.join(root, 'node_modules', '.bin', tool), args) };
}

async function program(command: string, args: readonly string[]): Promise<SuiteResult> {
  const { code, output } = await run(command, args, { output: 'capture' });
  if (code !== 0) {
    process.stdout.write(output);
    return { passed: 0, failed: 1, failures: [`${path.basename(command)} ended with ${String(code)}`] };
  }
  return { passed: 1, failed: 0 };
}

async function vitest(project: string): Promise<SuiteResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-test-'));
  const report = path.join(folder, 'report.json');
  try {
    const { code } = await run(
      path.join(root, 'node_modules', '.bin', 'vitest'),
      ['run', '--project', project, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`],
      { output: 'inherit' },
    );
    return countTests(existsSync(report) ? await readFile(report, 'utf8') : '{}', code);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The oracle is built before its tests start, so that its progress shows and two files do not build it at once. */
async function oracle(): Promise<SuiteResult> {
  try {
    await buildOracle((line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return { passed: 0, failed: 1 };
  }
  return await vitest('oracle');
}

interface VitestReport {
  readonly numPassedTests?: number;
  readonly testResults?: readonly VitestFile[];
}

interface VitestFile {
  readonly name: string;
  readonly status: string;
  readonly message?: string;
  readonly assertionResults: readonly VitestTest[];
}

interface VitestTest {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages?: readonly string[];
}

/** Counts what vitest reported. A file that failed to load, a test that was skipped, and a run without tests are failures. */
function countTests(json: string, exitCode: number): SuiteResult {
  const report = JSON.parse(json) as VitestReport; // vitest's own report, written by the run above
  const passed = report.numPassedTests ?? 0;
  const failures = (report.testResults ?? []).flatMap(failuresOf);
  if (failures.length === 0 && (exitCode !== 0 || passed === 0)) {
    failures.push(`no test failed, but vitest ended with ${String(exitCode)}: an error outside of tests, or none ran`);
  }
  return { passed, failed: failures.length, failures };
}

function failuresOf({ name, status, message, assertionResults }: VitestFile): string[] {
  const file = path.relative(root, name);
  if (status === 'failed' && assertionResults.length === 0) {
    return [`${file}: ${firstLine(message)}`];
  }
  return assertionResults
    .filter((test) => test.status !== 'passed')
    .map((test) => `${file} > ${test.fullName}: ${firstLine(test.failureMessages?.[0] ?? test.status)}`);
}

function firstLine(text = ''): string {
  return text.split('\n', 1)[0] ?? '';
}

function needsGo(suite: () => Promise<SuiteResult>): () => Promise<SuiteResult> {
  return async () =>
    (await has('go', 'version'))
      ? await suite()
      : { passed: 0, failed: 0, skipped: 'Go is not installed, so the real Helm and Kubernetes cannot be built' };
}

function needsChromium(suite: () => Promise<SuiteResult>): () => Promise<SuiteResult> {
  return needsPackages(suite, { program: '/usr/bin/chromium', packages: ['chromium', 'fonts-dejavu-core'] });
}

function needsGit(suite: () => Promise<SuiteResult>): () => Promise<SuiteResult> {
  return needsPackages(suite, { program: 'git', packages: ['git'] });
}

function needsPs(suite: () => Promise<SuiteResult>): () => Promise<SuiteResult> {
  return needsPackages(suite, { program: 'ps', packages: ['procps'] });
}

function needsSshd(suite: () => Promise<SuiteResult>): () => Promise<SuiteResult> {
  return needsPackages(suite, { program: '/usr/sbin/sshd', packages: ['openssh-server', 'openssh-client'] });
}

interface DebianPackages {
  /** What is there once they are installed: a path, or a name on the PATH. */
  readonly program: string;
  readonly packages: readonly [string, ...string[]];
}

function needsPackages(suite: () => Promise<SuiteResult>, wanted: DebianPackages): () => Promise<SuiteResult> {
  return async () => {
    const missing = await install(wanted);
    return missing === undefined ? await suite() : { passed: 0, failed: 0, skipped: missing };
  };
}

/** Installs Debian's packages where that is possible; says why they are not there otherwise. */
async function install({ program, packages }: DebianPackages): Promise<string | undefined> {
  if (path.isAbsolute(program) ? existsSync(program) : await has(program, '--version')) {
    return undefined;
  }
  const [name] = packages;
  if (process.getuid?.() !== 0 || !(await has('apt-get', '--version'))) {
    return `${program} is not there, and only root on Debian can install it: apt-get install ${name}`;
  }
  process.stdout.write(`installing ${name} …\n`);
  await run('apt-get', ['update', '-qq'], { output: 'capture' });
  const { code, output } = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    output: 'capture',
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
  return code === 0 ? undefined : `apt-get install ${name} failed: ${output.trim().split('\n').at(-1) ?? ''}`;
}
