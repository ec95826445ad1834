import { Buffer } from 'node:buffer';
import { fromBytes, type Value } from '../gostd/index.ts';
import { isRecord, type NamespacedName, textAt, textsAt } from '../support/index.ts';
import type { Manifest } from './manifest.ts';
import type { ObjectSet } from './objectSet.ts';
import { nameOf } from './refs.ts';

/** What is known of a ConfigMap or Secret that values are taken from. */
export type ValuesData =
  | {
      readonly kind: 'known';
      /** Text by key, as Go's byte strings. */
      readonly data: ReadonlyMap<string, string>;
      /** Keys that are there with a text nobody can read here, and why. */
      readonly sealed: ReadonlyMap<string, string>;
      /** Where it stands, when it comes from a file. */
      readonly manifest?: Manifest;
    }
  /** Something in the repository makes it, but what it will hold is known elsewhere only. */
  | { readonly kind: 'unknown'; readonly reason: string };

export interface ValuesQuery extends NamespacedName {
  readonly kind: 'ConfigMap' | 'Secret';
}

/** Undefined where there is no such object and nothing that makes one. */
export type ValuesLookup = (query: ValuesQuery) => ValuesData | undefined;

/** Answers from the objects of a working copy; a Secret that another object makes there is unknown, not missing. */
export function valuesLookup(objects: ObjectSet): ValuesLookup {
  return (query) => {
    const manifest = objects.find({ ...query, group: '' });
    if (manifest !== undefined) {
      return valuesDataOf(manifest);
    }
    const producer = query.kind === 'Secret' ? producerOf(query, objects) : undefined;
    return producer === undefined
      ? undefined
      : { kind: 'unknown', reason: `made in the cluster by ${nameOf(producer.object)}` };
  };
}

/** What a ConfigMap or Secret holds; `object` may come from a cluster, then without a manifest. */
export function valuesDataOf(manifest: Pick<Manifest, 'object'> & Partial<Manifest>): ValuesData {
  const { object } = manifest;
  const data = new Map<string, string>();
  const sealed = new Map<string, string>();
  const isEncrypted = isRecord(object['sops']);
  const take = (field: string, read: (text: string) => string): void => {
    for (const [key, text] of Object.entries(textsAt(object, field))) {
      if (isEncrypted && isSopsText(text)) {
        sealed.set(key, 'encrypted with SOPS');
      } else {
        data.set(key, read(text));
      }
    }
  };
  if (object.kind === 'Secret') {
    take('data', (text) => fromBytes(Buffer.from(text, 'base64')));
    take('stringData', (text) => text);
  } else {
    take('data', (text) => text);
  }
  return { kind: 'known', data, sealed, ...(isManifest(manifest) && { manifest }) };
}

/** The text that SOPS leaves in place of a value. */
export function isSopsText(value: Value): boolean {
  return typeof value === 'string' && value.startsWith('ENC[AES256_GCM,');
}

/** @see external-secrets v1 ExternalSecret, bitnami SealedSecret v1alpha1: both make a Secret of their own name unless told otherwise */
function producerOf({ namespace, name }: ValuesQuery, objects: ObjectSet): Manifest | undefined {
  const isHere = ({ object }: Manifest): boolean =>
    object.metadata.namespace === undefined || object.metadata.namespace === namespace;
  return (
    objects
      .ofKind('ExternalSecret', 'external-secrets.io')
      .find((manifest) => isHere(manifest) && externalTarget(manifest) === name) ??
    objects
      .ofKind('SealedSecret', 'bitnami.com')
      .find((manifest) => isHere(manifest) && sealedTarget(manifest) === name)
  );
}

function externalTarget({ object }: Manifest): string {
  return textAt(object['spec'], 'target', 'name') ?? object.metadata.name;
}

function sealedTarget({ object }: Manifest): string {
  return textAt(object['spec'], 'template', 'metadata', 'name') ?? object.metadata.name;
}

function isManifest(manifest: Partial<Manifest>): manifest is Manifest {
  return manifest.places !== undefined;
}
