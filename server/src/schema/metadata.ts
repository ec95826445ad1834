import { type MapEntry, nodeAt, type PathStep, pathText, type ScalarNode, type YamlNode } from '../document/index.ts';
import { closest } from './suggest.ts';

/** Something the API server would refuse in `metadata`, whatever the kind. */
export interface MetadataFinding {
  readonly code: 'schema-required' | 'schema-type' | 'schema-pattern' | 'schema-unknown-field';
  readonly message: string;
  readonly path: readonly PathStep[];
  readonly onKey: boolean;
  /** What was most likely meant in place of a key. */
  readonly meant?: string;
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
const labelKey = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

/** Checks name, namespace, labels, annotations and field names of `metadata`. */
export function checkMetadata(root: YamlNode): MetadataFinding[] {
  const metadata = nodeAt(root, ['metadata']);
  if (isAbsent(metadata)) {
    return [{ code: 'schema-required', message: 'metadata.name is required', path: ['metadata'], onKey: true }];
  }
  if (metadata.kind !== 'map') {
    return [{ code: 'schema-type', message: 'metadata must be a map', path: ['metadata'], onKey: false }];
  }
  const findings: MetadataFinding[] = [];
  if (isAbsent(nodeAt(metadata, ['name'])) && isAbsent(nodeAt(metadata, ['generateName']))) {
    const path = ['metadata', 'name'];
    findings.push({ code: 'schema-required', message: 'metadata.name is required', path, onKey: true });
  }
  for (const { key } of metadata.entries) {
    if (!fields.has(key)) {
      const path = ['metadata', key];
      const meant = closest(key, [...fields]);
      const message = `unknown field "${pathText(path)}"${meant === undefined ? '' : `; did you mean ${meant}?`}`;
      findings.push({
        code: 'schema-unknown-field',
        message,
        path,
        onKey: true,
        ...(meant !== undefined && { meant }),
      });
    }
  }
  findings.push(...checkName(metadata, 'name', subdomain, 253), ...checkName(metadata, 'namespace', label, 63));
  findings.push(...checkTexts(metadata, 'labels'), ...checkTexts(metadata, 'annotations'));
  for (const key of ['finalizers', 'ownerReferences', 'managedFields']) {
    const node = nodeAt(metadata, [key]);
    if (!isAbsent(node) && node.kind !== 'list') {
      const path = ['metadata', key];
      findings.push({ code: 'schema-type', message: `metadata.${key} must be a list`, path, onKey: false });
    }
  }
  return findings;
}

/** Nothing, or a null, which the server drops. */
function isAbsent(node: YamlNode | undefined): node is (ScalarNode & { readonly value: null }) | undefined {
  return node === undefined || (node.kind === 'scalar' && node.value === null);
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

function checkTexts(metadata: YamlNode, field: 'labels' | 'annotations'): MetadataFinding[] {
  const node = nodeAt(metadata, [field]);
  if (isAbsent(node)) {
    return [];
  }
  return node.kind === 'map'
    ? node.entries.flatMap((entry) => [...checkKey(entry, field), ...checkText(entry, field)])
    : [{ code: 'schema-type', message: `metadata.${field} must be a map`, path: ['metadata', field], onKey: false }];
}

/** `[prefix/]name`. @see k8s.io/apimachinery v0.36 pkg/util/validation/validation.go, IsQualifiedName; annotations are lowered first */
function checkKey({ key }: MapEntry, field: 'labels' | 'annotations'): MetadataFinding[] {
  const parts = (field === 'annotations' ? key.toLowerCase() : key).split('/');
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? parts[0] : undefined;
  const isGood =
    parts.length <= 2 &&
    labelKey.test(name) &&
    name.length <= 63 &&
    (prefix === undefined || (subdomain.test(prefix) && prefix.length <= 253));
  const what = field === 'labels' ? 'label' : 'annotation';
  return isGood
    ? []
    : [
        {
          code: 'schema-pattern',
          message: `metadata.${field}: "${key}" is not ${what === 'label' ? 'a' : 'an'} ${what} key: at most 63 letters, digits, "-", "_" and ".", after a domain and "/" if you like`,
          path: ['metadata', field, key],
          onKey: true,
        },
      ];
}

function checkText({ key, value }: MapEntry, field: 'labels' | 'annotations'): MetadataFinding[] {
  const path = ['metadata', field, key];
  if (value.kind === 'scalar' && (value.unknown !== undefined || value.value === null)) {
    return [];
  }
  const name = pathText(path);
  if (value.kind !== 'scalar' || typeof value.value !== 'string') {
    const hint = value.kind === 'scalar' ? `: put ${value.text} in quotes` : '';
    return [{ code: 'schema-type', message: `${name} must be a string${hint}`, path, onKey: value.kind !== 'scalar' }];
  }
  return field === 'annotations' || (labelValue.test(value.value) && value.value.length <= 63)
    ? []
    : [
        {
          code: 'schema-pattern',
          message: `${name}: "${value.value}" is not a label value: at most 63 letters, digits, "-", "_" and ".", letters or digits at both ends`,
          path,
          onKey: false,
        },
      ];
}
