import { isRecord, textAt } from '../support/index.ts';
import { errorOfResponse } from './errors.ts';
import { isKubeObject, parseJson } from './object.ts';
import type { WatchEvent } from './options.ts';

const watchTypes: Readonly<Record<string, WatchEvent['type']>> = {
  ADDED: 'added',
  MODIFIED: 'modified',
  DELETED: 'deleted',
};

/** One line of a watch; undefined for a bookmark. @throws KubeError `gone` and others, which a watch tells in a line */
export function readWatchEvent(attempt: string, line: string): WatchEvent | undefined {
  const event = parseJson(attempt, line);
  const object = isRecord(event) ? event['object'] : undefined;
  const type = textAt(event, 'type') ?? '';
  if (type === 'ERROR') {
    const status = isRecord(object) && typeof object['code'] === 'number' ? object['code'] : 500;
    throw errorOfResponse(attempt, { status, headers: {}, body: JSON.stringify(object) });
  }
  const known = watchTypes[type];
  return known === undefined || !isKubeObject(object) ? undefined : { type: known, object };
}
