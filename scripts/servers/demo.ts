import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveHelmRepository } from './helmRepository.ts';
import { type PackedChart, packFolder } from './packedChart.ts';
import { helmImage, serveRegistry } from './registry.ts';

export interface DemoServersOptions {
  /** The folder of the demo repository. */
  readonly demo: string;
  /** 8879 is what the demo's HelmRepository names; 0 takes a free one. */
  readonly repositoryPort: number;
  /** 5480 is what the demo's OCIRepository names; 0 takes a free one. */
  readonly registryPort: number;
}

export interface DemoServers {
  /** `127.0.0.1:8879` */
  readonly repositoryHost: string;
  /** `127.0.0.1:5480` */
  readonly registryHost: string;
  close(): Promise<void>;
}

/** Serves the charts of `published/` on loopback: `store` as a chart repository, `web` as a registry. */
export async function serveDemo({ demo, repositoryPort, registryPort }: DemoServersOptions): Promise<DemoServers> {
  const published = join(demo, 'published');
  const versions: unknown = JSON.parse(await readFile(join(published, 'versions.json'), 'utf8'));
  const repository = await serveHelmRepository(await packAll(published, 'store', versions), { port: repositoryPort });
  const images = (await packAll(published, 'web', versions)).map((chart) => helmImage('charts/web', chart));
  const registry = await serveRegistry(images, { port: registryPort }).catch(async (error: unknown) => {
    await repository.close();
    throw error;
  });
  return {
    repositoryHost: repository.host,
    registryHost: registry.host,
    close: async () => {
      await Promise.all([repository.close(), registry.close()]);
    },
  };
}

async function packAll(published: string, chart: string, versions: unknown): Promise<readonly PackedChart[]> {
  const listed: unknown = Object.entries(versions ?? {}).find(([name]) => name === chart)?.[1];
  if (!Array.isArray(listed)) {
    throw new TypeError(`versions.json says nothing of ${chart}`);
  }
  return Promise.all(
    listed.map((version, index) =>
      // A day apart, so that the order in which they were published can be seen.
      packFolder(join(published, chart), {
        version: String(version),
        created: `2026-01-${String(index + 1).padStart(2, '0')}T00:00:00Z`,
      }),
    ),
  );
}
