import { createTwoFilesPatch } from 'diff';
import { type Value } from '../gostd/index.ts';
import { type KubeObject, sha256Hex } from '../support/index.ts';
import { encode } from '../yaml/index.ts';

/** What the API server adds by itself, which says nothing about a difference. */
const serverFields = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
] as const;

/** The part of an object that people write: no status, no bookkeeping; data of Secrets masked. */
export function comparable(object: KubeObject): KubeObject {
  const rest = Object.fromEntries(Object.entries(object).filter(([key]) => key !== 'status'));
  const metadata = Object.fromEntries(
    Object.entries(object.metadata).filter(([key]) => !(serverFields as readonly string[]).includes(key)),
  );
  const shown = { ...rest, metadata } as KubeObject; // metadata lost only what the server adds
  return object.kind === 'Secret' && object.apiVersion === 'v1' ? masked(shown) : shown;
}

/** A Secret whose values are digests: equal ones look equal, and none can be read. */
function masked(secret: KubeObject): KubeObject {
  const mask = (data: unknown): unknown =>
    typeof data === 'object' && data !== null
      ? Object.fromEntries(
          Object.entries(data).map(([key, value]) => [key, `••• (sha256 ${sha256Hex(String(value)).slice(0, 8)})`]),
        )
      : data;
  return {
    ...secret,
    ...(secret['data'] === undefined ? {} : { data: mask(secret['data']) }),
    ...(secret['stringData'] === undefined ? {} : { stringData: mask(secret['stringData']) }),
  };
}

/** A unified diff of two objects as YAML, without file names; empty where they do not differ. */
export function objectDiff(before: KubeObject | undefined, after: KubeObject | undefined): string {
  const left = before === undefined ? '' : encode(comparable(before) as unknown as Value); // JSON is a Value
  const right = after === undefined ? '' : encode(comparable(after) as unknown as Value);
  if (left === right) {
    return '';
  }
  return createTwoFilesPatch('', '', left, right, '', '', { context: 3 }).split('\n').slice(4).join('\n');
}
