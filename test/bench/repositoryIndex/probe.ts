/**
 * One process of its own, as `main.ts` starts it: asks for the versions of charts of a repository whose index is in the
 * cache or not, and prints what each took. Arguments: folder of the cache, URL of the repository, names of charts.
 */
import process from 'node:process';
import { openWorld } from '../../../engine/src/node/index.ts';
import { versionsOf } from '../../../engine/src/source/index.ts';

/** What the process prints, as JSON. */
export interface Probed {
  readonly charts: readonly { readonly ms: number; readonly versions: number }[];
  /** Memory of the process, in bytes: at its highest, and before it began. */
  readonly maxBytes: number;
  readonly bytesBefore: number;
}

const [folder = '', url = '', ...names] = process.argv.slice(2);
const bytesBefore = process.memoryUsage.rss();
const nothing = (): void => undefined;
let start = performance.now();
const world = await openWorld({
  configFolder: folder,
  cacheFolder: folder,
  allowHosts: ['*'],
  localSources: {},
  usesProxyVariables: false,
  variables: { PATH: '' },
  version: '0.0.0',
  log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
});
const charts: { ms: number; versions: number }[] = [];
for (const name of names) {
  const options = { world, signal: AbortSignal.timeout(60_000), maxAgeMs: Number.POSITIVE_INFINITY };
  const { versions } = await versionsOf(url, name, options);
  const end = performance.now();
  charts.push({ ms: end - start, versions: versions.length });
  start = end;
}
const probed: Probed = { charts, maxBytes: process.resourceUsage().maxRSS * 1024, bytesBefore };
process.stdout.write(JSON.stringify(probed));
