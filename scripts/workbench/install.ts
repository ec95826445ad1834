import { rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { cached } from '../support/cache.ts';
import { run } from '../support/run.ts';

/** VS Code as a server: 4.139.1 carries Code 1.139.1. */
const version = '4.139.1';

/**
 * The folder of code-server in the user's cache; installs it from npm the first time, which takes about a minute and
 * 600 MB. Its own install script compiles native parts that the npm packages already carry, so scripts stay off and the
 * two nested installs that the script would make are made here.
 */
export async function installWorkbench(onProgress: (line: string) => void, signal?: AbortSignal): Promise<string> {
  const folder = await cached(`code-server-${version}`, async (work) => {
    onProgress('installing code-server (once, about a minute) …');
    await writeFile(path.join(work, 'package.json'), '{ "private": true }\n');
    await npmInstall(work, [`code-server@${version}`], signal);
    const code = path.join(work, 'node_modules', 'code-server', 'lib', 'vscode');
    await npmInstall(code, ['--omit=dev'], signal);
    await npmInstall(path.join(code, 'extensions'), ['--omit=dev'], signal);
    await link('code-linux.sh', path.join(code, 'bin', 'remote-cli', 'code-server'));
    await link('browser-linux.sh', path.join(code, 'bin', 'helpers', 'browser.sh'));
  });
  return path.join(folder, 'node_modules', 'code-server');
}

async function link(target: string, file: string): Promise<void> {
  await rm(file, { force: true });
  await symlink(target, file);
}

async function npmInstall(folder: string, args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const { code, output } = await run(
    'npm',
    ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...args],
    // npm hands its own settings down to scripts; the workspace's must not reach this install.
    {
      cwd: folder,
      output: 'capture',
      env: withoutNpmSettings(),
      ...(signal === undefined ? {} : { signal }),
    },
  );
  signal?.throwIfAborted();
  if (code !== 0) {
    throw new Error(`npm install ${args.join(' ')} in ${folder} failed:\n${output}`);
  }
}

function withoutNpmSettings(): Record<string, string> {
  const emptied: Record<string, string> = {};
  for (const name of Object.keys(process.env)) {
    if (/^npm_(config_(local_prefix|prefix|workspace)|package_)/i.test(name)) {
      emptied[name] = '';
    }
  }
  return emptied;
}
