import path from 'node:path';
import process from 'node:process';
import { userFolders } from '@fairlead/engine/node';
import { loadBundle } from './bundle.ts';

/** SHA-256 of the bundles beside this one, written into it when they are built. */
declare const bundleDigests: { readonly template: string; readonly verbs: string };

/** The first Node that undici, and with it @kubernetes/client-node, loads on. */
const oldestNode = [22, 19] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
  process.stderr.write(`error: fairlead needs Node ${oldestNode.join('.')} or newer; this is ${process.version}\n`);
  process.exitCode = 1;
} else {
  start(process.argv[2] === 'template' ? 'template' : 'verbs').catch((error: unknown) => {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}

/** In the bundle this is dist/, where the others are. */
async function start(bundle: keyof typeof bundleDigests): Promise<void> {
  const { exports, keep } = loadBundle(path.join(import.meta.dirname, `${bundle}.cjs`), {
    digest: bundleDigests[bundle],
    cacheFolder: path.join(userFolders(process.env).cacheFolder, 'compiled'),
  });
  process.once('exit', keep);
  const { main } = exports as { main: () => Promise<void> }; // verbs.ts and templateVerb.ts
  await main();
}
