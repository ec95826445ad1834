import { isMap, type Value } from '../gostd/index.ts';
import type { KubeObject } from '../support/index.ts';
import { ActionError } from './errors.ts';

/** A decoded document as an object; undefined for an empty one. @throws ActionError for what is no object, as Helm says it */
export function asObject(value: Value): KubeObject | undefined {
  if (value === undefined || value === null || (isMap(value) && Object.keys(value).length === 0)) {
    return undefined;
  }
  const problem = complaintOf(value);
  if (problem !== undefined) {
    throw new ActionError('failed', problem);
  }
  // Decoded YAML is JSON, and apiVersion, kind and metadata.name were checked.
  return value as unknown as KubeObject;
}

function complaintOf(value: Value): string | undefined {
  if (value === undefined || value === null || !isMap(value)) {
    return 'it is not a map';
  }
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    return 'apiVersion not set';
  }
  if (typeof kind !== 'string' || kind === '') {
    return "Object 'Kind' is missing";
  }
  if (metadata === undefined || metadata === null || !isMap(metadata) || typeof metadata['name'] !== 'string') {
    return `${kind} has no metadata.name`;
  }
  return undefined;
}
