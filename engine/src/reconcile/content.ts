import type { ReleaseContent } from '../action/index.ts';
import type { DesiredRelease } from '../desired/index.ts';
import { fromBytes } from '../gostd/index.ts';

/** What a desired release makes a revision of. */
export function contentOf(desired: DesiredRelease): ReleaseContent {
  const { chart } = desired;
  return {
    name: desired.releaseName,
    namespace: desired.namespace,
    chart: {
      metadata: chart.metadata,
      ...(chart.lock === undefined ? {} : { lock: chart.lock }),
      templates: chart.templates,
      values: chart.values,
      ...(chart.schema === undefined ? {} : { schema: chart.schema }),
      files: chart.files,
      ...(chart.modTime === undefined ? {} : { modTime: chart.modTime }),
      ...(chart.schemaModTime === undefined ? {} : { schemaModTime: chart.schemaModTime }),
    },
    config: desired.config,
    manifest: desired.manifest,
    hooks: desired.hooks,
    notes: desired.notes,
    crds: desired.crds.map(({ path, file }) => ({ name: path, text: fromBytes(file.data) })),
  };
}
