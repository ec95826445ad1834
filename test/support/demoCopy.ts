import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type DemoServers, serveDemo } from '../../scripts/servers/demo.ts';
import { root } from '../../scripts/support/run.ts';

/** Copies the demo into `folder`, with the ports that its charts are served on there: the demo's own may be taken. */
export async function serveDemoCopy(folder: string): Promise<DemoServers> {
  await cp(path.join(root, 'demo'), folder, { recursive: true });
  const servers = await serveDemo({ demo: folder, repositoryPort: 0, registryPort: 0 });
  const sources = path.join(folder, 'sources', 'sources.yaml');
  const text = await readFile(sources, 'utf8');
  await writeFile(
    sources,
    text.replace('127.0.0.1:8879', servers.repositoryHost).replace('127.0.0.1:5480', servers.registryHost),
  );
  return servers;
}
