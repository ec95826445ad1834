/**
 * `npm run cluster -- up|down|env DIR`: a practice cluster that stays up, for people.
 * `env` prints what a shell needs to use it: `eval "$(npm run --silent cluster -- env DIR)"`.
 */
import path from 'node:path';
import process from 'node:process';
import { exists } from '../support/cache.ts';
import { BuildError, buildClusterTools, buildTool } from './build.ts';
import { startCluster, stopCluster } from './cluster.ts';
import { files } from './state.ts';

const usage = 'usage: node scripts/cluster/main.ts up|down|env DIR';

/** Code 64 is a wrong command line, as in sysexits.h. */
const wrongUsage = 64;

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof BuildError && error.code === 'build-failed') {
    console.error(error.log);
  }
  return 1;
});

async function main([verb, folder, ...rest]: readonly string[]): Promise<number> {
  if (folder === undefined || rest.length > 0) {
    console.error(usage);
    return wrongUsage;
  }
  switch (verb) {
    case 'up': {
      const tools = await buildClusterTools({ onProgress });
      const start = performance.now();
      const { kubeconfigPath } = await startCluster({ stateDir: folder, tools, staysUp: true });
      console.error(`up in ${((performance.now() - start) / 1000).toFixed(1)} s`);
      console.log(`KUBECONFIG=${kubeconfigPath}`);
      return 0;
    }
    case 'down':
      await stopCluster(folder);
      return 0;
    case 'env': {
      const kubeconfig = path.resolve(folder, files.kubeconfig);
      if (!(await exists(kubeconfig))) {
        console.error(`no cluster was started in ${folder}`);
        return 1;
      }
      console.log(`export KUBECONFIG=${quote(kubeconfig)}`);
      console.log(`export PATH=${quote(path.dirname(await buildTool('helm', { onProgress })))}:"$PATH"`);
      return 0;
    }
    default:
      console.error(usage);
      return wrongUsage;
  }
}

function onProgress(line: string): void {
  console.error(line);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
