import type { Problem, ProblemCode } from '@fairlead/engine/support';
import {
  entryOf,
  isEncrypted,
  nodeAt,
  type ObjectId,
  type PathStep,
  pathText,
  toJson,
  type YamlFile,
  type YamlNode,
} from '../document/index.ts';
import { withDefaults } from './defaults.ts';
import { explain } from './explain.ts';
import { checkMetadata } from './metadata.ts';
import type { SchemaRegistry } from './registry.ts';
import { checkRules } from './rules.ts';
import { closest } from './suggest.ts';
import { unknownFields } from './unknownFields.ts';
import { unusable } from './usable.ts';

interface Finding {
  readonly code: ProblemCode;
  readonly message: string;
  readonly path: readonly PathStep[];
  readonly onKey: boolean;
  /** The API server takes it, and Flux can do nothing with it. */
  readonly admitted?: boolean;
  /** What was most likely meant in place of what it is about. */
  readonly meant?: string;
}

export interface ValidateOptions {
  /** It is merged into another object, and only what is said here is judged. */
  readonly isPatch: boolean;
}

/** An object as it is written. */
export interface WrittenObject {
  readonly id: ObjectId;
  readonly file: YamlFile;
  readonly root: YamlNode;
}

/** What the API server would say of one object of a known group, with exact ranges. */
export function validateObject(
  { id, file, root }: WrittenObject,
  registry: SchemaRegistry,
  { isPatch }: ValidateOptions,
): Problem[] {
  const problem = ({ code, message, path, onKey, admitted, meant }: Finding): Problem => {
    const range = file.lines.rangeOf(...spanOf(root, path, onKey));
    return {
      code,
      severity: 'error',
      message,
      range,
      admission: admitted !== true,
      ...(meant !== undefined && { fix: { range, newText: meant } }),
    };
  };
  const found = registry.find(id.group, id.version, id.kind);
  switch (found.kind) {
    case 'unknown-group':
      return [];
    case 'unknown-kind': {
      const meant = closest(id.kind, found.kinds);
      const hint =
        found.elsewhere.length > 0
          ? `${id.kind} is in ${found.elsewhere.join(' and ')}`
          : meant === undefined
            ? `it has ${found.kinds.join(', ')}`
            : `did you mean ${meant}?`;
      return [
        problem({
          code: 'schema-version',
          message: `${id.group} has no kind ${id.kind}; ${hint}`,
          path: ['kind'],
          onKey: false,
          ...(meant !== undefined && found.elsewhere.length === 0 && { meant }),
        }),
      ];
    }
    case 'other-version': {
      const [only, ...others] = found.versions;
      return [
        problem({
          code: 'schema-version',
          message: `Flux serves no ${id.kind} as ${id.apiVersion}: use ${id.group}/${found.versions.join(` or ${id.group}/`)}`,
          path: ['apiVersion'],
          onKey: false,
          ...(only !== undefined && others.length === 0 && { meant: `${id.group}/${only}` }),
        }),
      ];
    }
    case 'found':
      break;
  }
  const { schema, check } = found.registered;
  const findings: Finding[] = [...checkMetadata(root)];
  const encrypted = isEncrypted(root);
  const withoutMetadata = { ...schema, properties: { ...schema.properties, metadata: { type: 'object' } } };
  for (const field of unknownFields(root, withoutMetadata)) {
    if (!(encrypted && field.path[0] === 'sops')) {
      const meant = closest(field.entry.key, field.known);
      const hint =
        meant !== undefined
          ? `; did you mean ${meant}?`
          : field.home !== undefined && field.home.length > 0
            ? `; it belongs in ${pathText(field.home)}`
            : '';
      findings.push({
        code: 'schema-unknown-field',
        message: `unknown field "${pathText(field.path)}"${hint}`,
        path: field.path,
        onKey: true,
        ...(meant !== undefined && { meant }),
      });
    }
  }
  const json = withDefaults(toJson(root), schema);
  if (!check(json)) {
    for (const error of check.errors ?? []) {
      const explanation = explain(error, json, (path) => plainText(nodeAt(root, path)));
      // metadata has checks of its own.
      if (explanation.path[0] !== 'metadata' && !isUnknown(nodeAt(root, explanation.path))) {
        findings.push(explanation);
      }
    }
  }
  if (schema.properties?.['spec']?.required !== undefined && isAbsent(nodeAt(root, ['spec']))) {
    const message = `spec is required: a ${id.kind} without one does nothing`;
    findings.push({ code: 'schema-required', message, path: ['spec'], onKey: true, admitted: true });
  }
  findings.push(...unusable(id, root).map((one) => ({ ...one, onKey: false, admitted: true })));
  for (const { kind, rule, path } of checkRules(json, schema)) {
    if (kind === 'broken' && !readsUnknown(rule.rule, nodeAt(root, path))) {
      const at = [...path, ...(rule.fieldPath ?? '').split('.').filter((step) => step !== '')];
      const message = `${pathText(at)}: ${rule.message ?? `failed rule: ${rule.rule}`}${notBoth(rule.message, nodeAt(root, path))}`;
      findings.push({ code: 'cel-rule', message, path: at, onKey: true });
    }
  }
  return findings.filter((finding) => !isPatch || isOfPatch(finding, root)).map(problem);
}

/**
 * Whether a finding holds for a patch: maps are merged, so what is missing may be in the object; lists are replaced. A
 * null takes a field away, and `$patch` says how to merge.
 */
function isOfPatch({ code, path }: Finding, root: YamlNode): boolean {
  const isReplaced = path.some((step) => typeof step === 'number');
  const says = nodeAt(root, path);
  return (
    isReplaced ||
    !(
      code === 'schema-required' ||
      code === 'cel-rule' ||
      code === 'source-unavailable' ||
      path.at(-1) === '$patch' ||
      (code === 'schema-type' && says?.kind === 'scalar' && says.value === null)
    )
  );
}

/** What a rule's words leave out where both of two fields are set, and only one may be. */
function notBoth(message: string | undefined, node: YamlNode | undefined): string {
  const [, one = '', other = ''] = /^either (\w+) or (\w+) must be set$/.exec(message ?? '') ?? [];
  return entryOf(node, one) !== undefined && entryOf(node, other) !== undefined ? ', not both' : '';
}

function isAbsent(node: YamlNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.value === null);
}

/** The text of a scalar that quotes would turn into a string. */
function plainText(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value !== 'string' ? node.text : undefined;
}

function isUnknown(node: YamlNode | undefined): boolean {
  return node?.kind === 'scalar' && node.unknown !== undefined;
}

/** Whether a rule reads something that is only known when Flux builds it: of a map, the entries that the rule names. */
function readsUnknown(rule: string, node: YamlNode | undefined): boolean {
  return node?.kind === 'map'
    ? node.entries.some(({ key, value }) => isUnknown(value) && rule.includes(key))
    : isUnknown(node);
}

/** The offsets to underline for a path: its key or its value; for what is not there, the nearest key above. */
function spanOf(root: YamlNode, path: readonly PathStep[], onKey: boolean): [number, number] {
  for (let length = path.length; length > 0; length--) {
    const parent = nodeAt(root, path.slice(0, length - 1));
    const step = path[length - 1];
    if (typeof step === 'string') {
      const entry = entryOf(parent, step);
      if (entry !== undefined) {
        const whole =
          length === path.length && !onKey && entry.value.kind === 'scalar' && entry.value.end > entry.value.start;
        return whole ? [entry.value.start, entry.value.end] : [entry.keyStart, entry.keyEnd];
      }
    } else if (step !== undefined) {
      const item = nodeAt(parent, [step]);
      if (item !== undefined) {
        return item.kind === 'map' && item.entries[0] !== undefined
          ? [item.entries[0].keyStart, item.entries[0].keyEnd]
          : [item.start, item.end];
      }
    }
  }
  const kind = entryOf(root, 'kind');
  return kind === undefined ? [root.start, Math.min(root.end, root.start + 1)] : [kind.value.start, kind.value.end];
}
