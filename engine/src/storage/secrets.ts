import { Buffer } from 'node:buffer';
import { inParallel, type KubeClient, KubeError, refOf } from '../kube/index.ts';
import type { Release } from '../release/index.ts';
import { type Abortable, type Clock, type KubeObject, type Log, textAt } from '../support/index.ts';
import { decodeRelease, encodeRelease } from './codec.ts';
import { keyOf, type StorageDriver } from './driver.ts';
import { StorageError } from './errors.ts';

/** Labels that Helm sets itself; a release's own may not use them. */
const systemLabels: ReadonlySet<string> = new Set(['name', 'owner', 'status', 'version', 'createdAt', 'modifiedAt']);
const secretType = 'helm.sh/release.v1';
/** What a Secret may hold. @see k8s.io/api v0.36 core/v1, MaxSecretSize */
const maxSecretBytes = 1024 * 1024;
/** Secrets asked for at once: each may be as large as a Secret can be. */
const pageSize = 25;

export interface SecretsOptions {
  readonly client: KubeClient;
  /** Undefined: every namespace, for listing only. */
  readonly namespace: string | undefined;
  readonly clock: Clock;
  readonly fieldManager: string;
  readonly log: Log;
}

/** Releases as Helm keeps them: Secrets in the storage namespace. @see helm v4.3.1 pkg/storage/driver/secrets.go */
export function secretsDriver(options: SecretsOptions): StorageDriver {
  const { client, clock, fieldManager, log } = options;
  const inNamespace = options.namespace === undefined ? {} : { namespace: options.namespace };
  const secretsOf = { apiVersion: 'v1', kind: 'Secret', ...inNamespace };
  const find = async (labelSelector: string, { signal }: Abortable): Promise<readonly Release[]> => {
    const secrets = await client.list(secretsOf, { signal, labelSelector, pageSize });
    return secrets.flatMap((secret) => readable(secret, log) ?? []);
  };
  const seconds = (): string => String(Math.floor(clock.now() / 1000));
  return {
    query: (name, abort) => find(`owner=helm,name=${name}`, abort),
    list: (abort) => find('owner=helm', abort),
    newest: async ({ signal }) => {
      // What a Secret is called and labelled says which revision it has; only the newest is fetched whole.
      const all = await client.list(secretsOf, { signal, labelSelector: 'owner=helm', metadataOnly: true });
      const secrets = await inParallel(
        newestOfEach(all),
        async (secret) => await client.find(refOf(secret), { signal }),
      );
      return secrets.flatMap((secret) => {
        const release = secret === undefined ? undefined : readable(secret, log);
        return release === undefined ? [] : [{ storageNamespace: secret?.metadata.namespace ?? '', release }];
      });
    },
    create: async (release, { signal }) => {
      const secret = secretOf(release, { ...inNamespace, stamp: ['createdAt', seconds()] });
      try {
        await client.create(secret, { signal, fieldManager });
      } catch (error) {
        throw translated(error);
      }
    },
    update: async (release, { signal }) => {
      const secret = secretOf(release, { ...inNamespace, stamp: ['modifiedAt', seconds()] });
      try {
        await client.update(secret, { signal, fieldManager });
      } catch (error) {
        throw translated(error);
      }
    },
    delete: async (name, version, { signal }) => {
      const ref = { ...secretsOf, name: keyOf(name, version) };
      try {
        await client.delete(ref, { signal, propagation: 'background' });
      } catch (error) {
        throw translated(error);
      }
    },
  };
}

/** The release in a Secret, or undefined for what Helm leaves out as well: one that cannot be read. */
function readable(secret: KubeObject, log: Log): Release | undefined {
  try {
    return readSecret(secret);
  } catch (error) {
    if (error instanceof StorageError) {
      log.warn(`release Secret ${secret.metadata.namespace ?? ''}/${secret.metadata.name}: ${error.message}`);
      return undefined;
    }
    throw error;
  }
}

function newestOfEach(secrets: readonly KubeObject[]): readonly KubeObject[] {
  const newest = new Map<string, KubeObject>();
  for (const secret of secrets) {
    const key = `${secret.metadata.namespace ?? ''}/${secret.metadata.labels?.['name'] ?? ''}`;
    const other = newest.get(key);
    if (other === undefined || versionOf(other) < versionOf(secret)) {
      newest.set(key, secret);
    }
  }
  return [...newest.values()];
}

function versionOf(secret: KubeObject): number {
  return Number(secret.metadata.labels?.['version'] ?? 0);
}

/** The release in a Secret. @throws StorageError code `corrupt` */
export function readSecret(secret: KubeObject): Release {
  const payload = textAt(secret, 'data', 'release');
  if (payload === undefined) {
    throw new StorageError('corrupt', 'it holds no release');
  }
  const labels = Object.entries(secret.metadata.labels ?? {}).filter(([key]) => !systemLabels.has(key));
  return decodeRelease(Buffer.from(payload, 'base64').toString('utf8'), Object.fromEntries(labels));
}

function secretOf(
  release: Release,
  { namespace, stamp: [stamp, seconds] }: { readonly namespace?: string; readonly stamp: readonly [string, string] },
): KubeObject {
  const payload = encodeRelease(release);
  if (payload.length > maxSecretBytes) {
    throw new StorageError(
      'too-large',
      `release ${release.name} takes ${payload.length} bytes; a Secret holds at most ${maxSecretBytes}: leave files out of the chart with .helmignore`,
    );
  }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: keyOf(release.name, release.version),
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        ...release.labels,
        [stamp]: seconds,
        name: release.name,
        owner: 'helm',
        status: release.info.status,
        version: String(release.version),
      },
    },
    type: secretType,
    data: { release: Buffer.from(payload, 'utf8').toString('base64') },
  };
}

function translated(error: unknown): unknown {
  if (!(error instanceof KubeError)) {
    return error;
  }
  switch (error.code) {
    case 'already-exists':
      return new StorageError('already-exists', error.message, { cause: error });
    case 'not-found':
      return new StorageError('not-found', 'release: not found', { cause: error });
    default:
      return new StorageError('failed', error.message, { cause: error });
  }
}
