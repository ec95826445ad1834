import type { ErrorObject } from 'ajv';
import { pointerKeys, type ProblemCode } from '@fairlead/engine/support';
import { type PathStep, pathText } from '../document/index.ts';
import { closest } from './suggest.ts';

/** An error of the schema in one sentence. */
export interface Explanation {
  readonly code: ProblemCode;
  readonly message: string;
  /** Where it stands. */
  readonly path: readonly PathStep[];
  /** On the key of the last step rather than its value. */
  readonly onKey: boolean;
  /** What was most likely meant in place of the value. */
  readonly meant?: string;
}

const durations: ReadonlyMap<unknown, string> = new Map([
  ['^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$', 'numbers with the units ms, s, m or h, such as 90s or 1h30m'],
  ['^([0-9]+(\\.[0-9]+)?(ms|s|m))+$', 'numbers with the units ms, s or m (no hours here), such as 90s or 1m30s'],
]);

/**
 * Says an ajv error in the API server's terms.
 * `checked` is what was checked, and `sourceAt` the text of a scalar without quotes.
 */
export function explain(
  error: ErrorObject,
  checked: unknown,
  sourceAt: (path: readonly PathStep[]) => string | undefined,
): Explanation {
  const path = stepsOf(error.instancePath, checked);
  const name = path.length === 0 ? 'the object' : pathText(path);
  const value = { path, onKey: false };
  const { params } = error as { params: Record<string, unknown> }; // each keyword has its own, checked below
  switch (error.keyword) {
    case 'required': {
      const field = [...path, String(params['missingProperty'])];
      return { code: 'schema-required', message: `${pathText(field)} is required`, path: field, onKey: true };
    }
    case 'type': {
      const source = sourceAt(path);
      const duration = durations.get(patternOf(error));
      const isText = params['type'] === 'string' && source !== undefined && error.data !== null;
      const unquoted = isText ? undefined : withoutQuotes(error.data, params['type']);
      const advice = isText && duration === undefined ? `put ${source} in quotes` : duration;
      const hint = unquoted !== undefined ? ': leave out the quotes' : isText ? `: ${advice ?? ''}` : '';
      const meant = unquoted ?? (isText && duration === undefined ? JSON.stringify(source) : undefined);
      return {
        ...value,
        code: 'schema-type',
        message: `${name} must be ${duration === undefined ? withArticle(params['type']) : 'a duration'}, not ${isText ? source : describe(error.data)}${hint}`,
        ...(meant !== undefined && { meant }),
      };
    }
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).filter((item) => item !== null).map(String);
      const meant = typeof error.data === 'string' ? closest(error.data, allowed) : undefined;
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      return {
        ...value,
        code: 'schema-enum',
        message: `${name} must be one of ${allowed.join(', ')}, not ${describe(error.data)}${hint}`,
        ...(meant !== undefined && { meant }),
      };
    }
    case 'pattern': {
      const pattern = String(params['pattern']);
      const duration = durations.get(pattern);
      return {
        ...value,
        code: 'schema-pattern',
        message:
          duration === undefined
            ? `${name}: ${describe(error.data)} ${mismatch(pattern)}`
            : `${name}: ${describe(error.data)} is not a duration: ${duration}`,
      };
    }
    case 'minLength':
    case 'maxLength':
      return { ...value, code: 'schema-length', message: `${name} must ${size(error, 'character')}` };
    case 'minItems':
    case 'maxItems':
      return { ...value, code: 'schema-length', message: `${name} must ${size(error, 'item')}` };
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return {
        ...value,
        code: 'schema-range',
        message: `${name} must be ${String(params['comparison'])} ${String(params['limit'])}`,
      };
    case 'format':
      return {
        ...value,
        code: 'schema-pattern',
        message: `${name}: ${describe(error.data)} is not a ${String(params['format'])}`,
      };
    default:
      return { ...value, code: 'schema-type', message: `${name} ${error.message ?? 'is not valid'}` };
  }
}

/** A text that would be of this type, were it not one. */
function withoutQuotes(value: unknown, type: unknown): string | undefined {
  const types = Array.isArray(type) ? type : [type];
  if (typeof value !== 'string') {
    return undefined;
  }
  const fits =
    (types.includes('boolean') && /^(?:true|false)$/.test(value)) ||
    (types.includes('integer') && /^-?(?:0|[1-9]\d*)$/.test(value)) ||
    (types.includes('number') && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value));
  return fits ? value : undefined;
}

function patternOf({ parentSchema }: ErrorObject): unknown {
  return (parentSchema as { pattern?: unknown } | undefined)?.pattern; // ajv types it as any object
}

/** A JSON pointer into `checked` as steps; digits are an index only in a list. */
function stepsOf(pointer: string, checked: unknown): PathStep[] {
  let current = checked;
  return pointerKeys(pointer).map((key) => {
    const step = Array.isArray(current) ? Number(key) : key;
    current = (current as Record<PathStep, unknown> | undefined)?.[step]; // the pointer came from this value
    return step;
  });
}

function size({ keyword, params }: ErrorObject, unit: string): string {
  const { limit } = params as { limit: number }; // ajv's limit keywords
  if (keyword.startsWith('min') && limit === 1) {
    return 'not be empty';
  }
  return `have at ${keyword.startsWith('min') ? 'least' : 'most'} ${limit} ${unit}${limit === 1 ? '' : 's'}`;
}

function withArticle(type: unknown): string {
  const names = (Array.isArray(type) ? type : [type]).map(String).filter((name) => name !== 'null');
  return names
    .map((name) =>
      name === 'object' ? 'a map' : name === 'array' ? 'a list' : name === 'integer' ? 'a whole number' : `a ${name}`,
    )
    .join(' or ');
}

function describe(value: unknown): string {
  if (value === null) {
    return 'empty';
  }
  if (Array.isArray(value)) {
    return 'a list';
  }
  if (typeof value === 'object') {
    return 'a map';
  }
  const text = JSON.stringify(value);
  const kind = typeof value === 'boolean' ? 'the boolean ' : '';
  return kind + (text.length > 60 ? `${text.slice(0, 57)}…` : text);
}

/** What a text lacks that its pattern asks for. A pattern that only names the schemes of a URL is told in words. */
function mismatch(pattern: string): string {
  const schemes = /^\^\(?((?:[a-z]+\|)*[a-z]+)\)?:\/\/(?:\.\*\$)?$/.exec(pattern)?.[1]?.split('|') ?? [];
  const last = schemes.at(-1);
  if (last === undefined) {
    return `does not match ${pattern}`;
  }
  const others = schemes.slice(0, -1).map((scheme) => `${scheme}://`);
  return `must start with ${others.length === 0 ? '' : `${others.join(', ')} or `}${last}://`;
}
