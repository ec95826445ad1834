// Runs on whatever Node the machine has (20 or newer) and with nothing installed: installs the packages when they are
// missing or older than the lock file, then hands over to the Node 24 among them.
// usage: node scripts/bootstrap.mjs SCRIPT.ts [ARGUMENT…]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = path.resolve(import.meta.dirname, '..');
const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  console.error('usage: node scripts/bootstrap.mjs SCRIPT.ts [ARGUMENT…]');
  process.exit(2);
}
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Node 20 or newer is needed to set up; this is ${process.version}`);
  process.exit(2);
}

const node24 = path.join(root, 'node_modules', 'node', 'bin', 'node');
const marker = path.join(root, 'node_modules', '.cache', 'fairlead-installed');
const wanted = createHash('sha256')
  .update(readFileSync(path.join(root, 'package-lock.json')))
  .digest('hex');
const installed = existsSync(marker) && readFileSync(marker, 'utf8') === wanted && existsSync(node24);
if (!installed) {
  console.log('installing packages (npm ci) …');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.status !== 0) {
    console.error('npm ci failed; nothing else was done');
    process.exit(1);
  }
  if (!existsSync(node24)) {
    console.error('npm ci left no Node 24 in node_modules/node: were install scripts turned off?');
    process.exit(1);
  }
  mkdirSync(path.dirname(marker), { recursive: true });
  writeFileSync(marker, wanted);
}

const child = spawn(node24, [path.join(root, script), ...args], {
  cwd: process.env.INIT_CWD ?? process.cwd(),
  stdio: 'inherit',
  env: { ...process.env, PATH: `${path.dirname(node24)}${path.delimiter}${process.env.PATH ?? ''}` },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 130));
