import type { Snapshot } from '../flux/index.ts';
import type { Run } from './run.ts';
import { withStatuses } from './snapshot.ts';

/** Notes a new revision, and what making it made of those before. */
export async function recordRevision(
  { config, desired, draft, signal }: Run,
  snapshot: Snapshot,
  options: { readonly keepsActions: boolean },
): Promise<void> {
  draft.record(snapshot);
  const stored = await config.storage.history(desired.releaseName, { signal });
  const statuses = new Map(stored.map(({ version, info }) => [version, info.status]));
  statuses.delete(snapshot.version);
  draft.set({ history: withStatuses(draft.history, statuses, options) });
}
