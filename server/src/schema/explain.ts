import type { ErrorObject } from 'ajv';
import type { ProblemCode } from '@fairlead/engine/support';
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
}

const durations: Readonly<Record<string, string>> = {
  '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$': 'numbers with the units ms, s, m or h, such as 90s or 1h30m',
  '^([0-9]+(\\.[0-9]+)?(ms|s|m))+$': 'numbers with the units ms, s or m (no hours here), such as 90s or 1m30s',
};

/** Says an ajv error in the API server's terms; undefined for an error that only repeats others. */
export function explain(error: ErrorObject): Explanation | undefined {
  const path = stepsOf(error.instancePath);
  const name = path.length === 0 ? 'the object' : pathText(path);
  const value = { path, onKey: false };
  const { params } = error as { params: Record<string, unknown> }; // each keyword has its own, checked below
  switch (error.keyword) {
    case 'required': {
      const missing = String(params['missingProperty']);
      const field = pathText([...path, missing]);
      return { code: 'schema-required', message: `${field} is required`, path, onKey: true };
    }
    case 'type':
      return {
        ...value,
        code: 'schema-type',
        message: `${name} must be ${withArticle(params['type'])}, not ${describe(error.data)}`,
      };
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).filter((item) => item !== null).map(String);
      const meant = typeof error.data === 'string' ? closest(error.data, allowed) : undefined;
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      return {
        ...value,
        code: 'schema-enum',
        message: `${name} must be one of ${allowed.join(', ')}, not ${describe(error.data)}${hint}`,
      };
    }
    case 'pattern': {
      const pattern = String(params['pattern']);
      const duration = durations[pattern];
      return {
        ...value,
        code: 'schema-pattern',
        message:
          duration === undefined
            ? `${name}: ${describe(error.data)} does not match ${pattern}`
            : `${name}: ${describe(error.data)} is not a duration: ${duration}`,
      };
    }
    case 'minLength':
    case 'maxLength':
      return {
        ...value,
        code: 'schema-length',
        message: `${name} must have ${error.keyword === 'minLength' ? 'at least' : 'at most'} ${String(params['limit'])} characters`,
      };
    case 'minItems':
    case 'maxItems':
      return {
        ...value,
        code: 'schema-length',
        message: `${name} must have ${error.keyword === 'minItems' ? 'at least' : 'at most'} ${String(params['limit'])} items`,
      };
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

/** A JSON pointer as steps; digits are list indexes where the pointer comes from ajv. */
function stepsOf(pointer: string): PathStep[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^(0|[1-9]\d*)$/.test(step) ? Number(step) : step));
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
