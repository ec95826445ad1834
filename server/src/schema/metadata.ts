import { entryOf, type MapEntry, nodeAt, type PathStep, type YamlNode } from '../document/index.ts';

/** Something the API server would refuse in `metadata`, whatever the kind. */
export interface MetadataFinding {
  readonly code: 'schema-required' | 'schema-type' | 'schema-pattern' | 'schema-unknown-field';
  readonly message: string;
  readonly path: readonly PathStep[];
  readonly onKey: boolean;
}

/** Fields of ObjectMeta. @see k8s.io/apimachinery v0.36 pkg/apis/meta/v1/types.go, ObjectMeta */
const fields: ReadonlySet<string> = new Set([
  'annotations',
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generateName',
  'generation',
  'labels',
  'managedFields',
  'name',
  'namespace',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
]);

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

/** Checks name, namespace, labels, annotations and field names of `metadata`. */
export function checkMetadata(root: YamlNode): MetadataFinding[] {
  const metadata = nodeAt(root, ['metadata']);
  if (metadata === undefined || (metadata.kind === 'scalar' && metadata.value === null)) {
    return [{ code: 'schema-required', message: 'metadata.name is required', path: [], onKey: true }];
  }
  if (metadata.kind !== 'map') {
    return [{ code: 'schema-type', message: 'metadata must be a map', path: ['metadata'], onKey: false }];
  }
  const findings: MetadataFinding[] = [];
  if (entryOf(metadata, 'name') === undefined && entryOf(metadata, 'generateName') === undefined) {
    findings.push({ code: 'schema-required', message: 'metadata.name is required', path: ['metadata'], onKey: true });
  }
  for (const entry of metadata.entries) {
    if (!fields.has(entry.key)) {
      const path = ['metadata', entry.key];
      findings.push({
        code: 'schema-unknown-field',
        message: `unknown field "metadata.${entry.key}"`,
        path,
        onKey: true,
      });
    }
  }
  findings.push(...checkName(metadata, 'name', subdomain, 253), ...checkName(metadata, 'namespace', label, 63));
  findings.push(...checkTexts(metadata, 'labels', labelValue), ...checkTexts(metadata, 'annotations', undefined));
  return findings;
}

function checkName(
  metadata: YamlNode,
  key: 'name' | 'namespace',
  pattern: RegExp,
  maxLength: number,
): MetadataFinding[] {
  const node = nodeAt(metadata, [key]);
  if (node?.kind !== 'scalar' || node.unknown !== undefined || node.value === null) {
    return [];
  }
  const path = ['metadata', key];
  if (typeof node.value !== 'string') {
    return [
      {
        code: 'schema-type',
        message: `metadata.${key} must be a string: put ${node.text} in quotes`,
        path,
        onKey: false,
      },
    ];
  }
  return pattern.test(node.value) && node.value.length <= maxLength
    ? []
    : [
        {
          code: 'schema-pattern',
          message: `metadata.${key} "${node.value}" must be lower-case letters, digits and "-"${key === 'name' ? ' or "."' : ''}, start and end with a letter or digit, and have at most ${maxLength} characters`,
          path,
          onKey: false,
        },
      ];
}

function checkTexts(metadata: YamlNode, key: 'labels' | 'annotations', pattern: RegExp | undefined): MetadataFinding[] {
  const node = nodeAt(metadata, [key]);
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) {
    return [];
  }
  if (node.kind !== 'map') {
    return [{ code: 'schema-type', message: `metadata.${key} must be a map`, path: ['metadata', key], onKey: false }];
  }
  return node.entries.flatMap((entry) => checkText(entry, key, pattern));
}

function checkText(entry: MapEntry, key: string, pattern: RegExp | undefined): MetadataFinding[] {
  const { value } = entry;
  const path = ['metadata', key, entry.key];
  if (value.kind === 'scalar' && (value.unknown !== undefined || value.value === null)) {
    return [];
  }
  if (value.kind !== 'scalar' || typeof value.value !== 'string') {
    const hint = value.kind === 'scalar' ? `: put ${value.text} in quotes` : '';
    return [
      { code: 'schema-type', message: `metadata.${key}.${entry.key} must be a string${hint}`, path, onKey: false },
    ];
  }
  return pattern === undefined || (pattern.test(value.value) && value.value.length <= 63)
    ? []
    : [
        {
          code: 'schema-pattern',
          message: `metadata.${key}.${entry.key}: "${value.value}" is not a label value: at most 63 letters, digits, "-", "_" and ".", letters or digits at both ends`,
          path,
          onKey: false,
        },
      ];
}
