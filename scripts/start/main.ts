/**
 * `npm start`: shows what Fairlead does, on the demo repository. Checks it, resolves charts and versions, plans; opens
 * the editor; starts the practice cluster, reconciles the demo into it and prints the releases. Ctrl-C stops it all.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { has } from '../support/run.ts';
import { serveDemo } from '../servers/demo.ts';
import { reconcileInPractice } from './cluster.ts';
import { openEditor } from './editor.ts';
import { demo, Fairlead, heading } from './fairlead.ts';
import { readOptions, usage } from './options.ts';

const options = readOptions(process.argv.slice(2));
if (typeof options === 'string') {
  console.error(`${options}\n${usage}`);
  process.exit(2);
}
if (options.help) {
  console.log(usage);
  process.exit(0);
}

/** One Ctrl-C comes several times: from the terminal, from npm and from bootstrap.mjs. A second one comes later. */
const oneCtrlCMs = 1000;

const stop = new AbortController();
let stoppedAtMs = 0;
const closing: (() => Promise<void>)[] = [];
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) {
      if (performance.now() - stoppedAtMs > oneCtrlCMs) {
        process.exit(130);
      }
      return;
    }
    stoppedAtMs = performance.now();
    console.log('\nstopping …');
    stop.abort();
  });
}
for (const stream of [process.stdout, process.stderr]) {
  // A terminal that was closed takes no more; what runs is stopped all the same.
  stream.on('error', () => undefined);
}

process.exitCode = await main(options)
  .catch((error: unknown) => {
    if (stop.signal.aborted) {
      return 130;
    }
    console.error(error instanceof Error ? error.message : error);
    return 1;
  })
  .finally(async () => {
    for (const close of closing.reverse()) {
      await close().catch((error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
      });
    }
  });

async function main({ cluster, workbench, kubeconfig, context }: typeof options & object): Promise<number> {
  const state = await mkdtemp(path.join(os.tmpdir(), 'fairlead-start-'));
  closing.push(() => rm(state, { recursive: true, force: true, maxRetries: 5 }));
  const servers = await serveDemo({ demo, repositoryPort: 8879, registryPort: 5480 });
  closing.push(() => servers.close());
  const fairlead = new Fairlead({ configFolder: path.join(state, 'config'), signal: stop.signal, repository: 'demo' });

  heading('building');
  await fairlead.build({ packs: workbench });
  heading('fairlead check demo');
  await fairlead.run(['check', 'demo/apps', 'demo/sources']);
  console.log('\nwith the mistakes that demo/broken makes to show them:');
  await fairlead.run(['check', 'demo'], { accepts: [1] });
  heading('fairlead versions');
  await fairlead.run(['versions', `http://${servers.repositoryHost}`, 'store', '--constraint', '1.x']);
  heading('fairlead plan demo/apps demo/sources');
  const there = context === undefined ? [] : ['--context', context];
  const file = kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig];
  await fairlead.run(['plan', 'demo/apps', 'demo/sources', ...fairlead.sources, ...there, ...file], {
    accepts: [0, 3],
  });

  const clusterFolder = path.join(state, 'cluster');
  if (workbench) {
    heading('editor');
    const editor = await openEditor({
      stateFolder: path.join(state, 'editor'),
      configFolder: fairlead.configFolder,
      kubeconfig: kubeconfig ?? path.join(clusterFolder, 'kubeconfig'),
      hosts: [servers.repositoryHost, servers.registryHost],
      signal: stop.signal,
    });
    closing.push(editor.stop);
    console.log(`open     ${editor.url}\npassword ${editor.password}`);
  }
  stop.signal.throwIfAborted();
  if (cluster && context === undefined) {
    heading('practice cluster');
    if (await has('go', 'version')) {
      const practice = await reconcileInPractice(fairlead, clusterFolder);
      closing.push(() => practice.stop());
    } else {
      console.log('Go is not installed, so the practice cluster cannot be built: going on without it');
    }
  }
  if (workbench) {
    stop.signal.throwIfAborted();
    console.log('\nCtrl-C stops everything');
    await new Promise((resolve) => {
      stop.signal.addEventListener('abort', resolve);
    });
  }
  return 0;
}
