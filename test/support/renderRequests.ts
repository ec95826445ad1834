import { type Chart, defaultCapabilities, loadFiles, loadValues } from '../../engine/src/chart/index.ts';
import { toBytes } from '../../engine/src/gostd/index.ts';
import type { RenderRequest } from '../../engine/src/render/index.ts';

/** A chart of these files, by their path. Texts may be Go's, with bytes that are no UTF-8. */
export function chartFrom(files: Readonly<Record<string, string>>): Chart {
  return loadFiles(Object.entries(files).map(([name, text]) => ({ name, data: toBytes(text) })));
}

/** Chart `demo` with `templates/a.yaml`, and files by their path. */
export function chartOf(template: string, more: Readonly<Record<string, string>> = {}): Chart {
  return chartFrom({
    'Chart.yaml': 'apiVersion: v2\nname: demo\nversion: 1.0.0\n',
    'templates/a.yaml': template,
    ...more,
  });
}

/** A first install in a world where it is always the same time, and nothing is random. */
export function requestOf(chart: Chart, more: Partial<RenderRequest> = {}): RenderRequest {
  return {
    chart,
    values: loadValues(''),
    release: { name: 'r', namespace: 'ns', isInstall: true, isUpgrade: false, revision: 1 },
    capabilities: defaultCapabilities({}),
    world: { now: () => 1_700_000_000_000, randomBytes: (count) => new Uint8Array(count).fill(7), timeZone: 'UTC' },
    lookup: { get: () => undefined },
    skipSchemaValidation: false,
    limits: { maxBytes: 10_000_000, maxMs: 20_000 },
    ...more,
  };
}
