import { quote } from '../../gostd/index.ts';
import { pointerTo } from '../../support/index.ts';

/** One thing wrong with a value, and what is wrong below it. */
export interface Failure {
  /** `group`: several things at one place; `reference`: what a referred schema found. */
  readonly kind: 'group' | 'reference' | 'other';
  /** Keys and indexes from the top. */
  readonly path: readonly string[];
  readonly message: string;
  readonly causes: readonly Failure[];
}

/** A failure as lines, each deeper one indented. @see santhosh-tekuri/jsonschema v6.0.3 output.go, display */
export function showFailures(failures: readonly Failure[], indent = 0): string {
  return failures.map((failure) => showFailure(failure, indent)).join('\n');
}

function showFailure(failure: Failure, indent: number): string {
  const { kind, causes, path, message } = failure;
  const [first] = causes;
  if (kind === 'reference' && causes.length === 1 && first !== undefined) {
    return showFailure(first, indent);
  }
  const line = `${'  '.repeat(indent)}- at ${quoteSingle(pointerTo(path))}: ${message}`;
  return causes.length === 0 ? line : `${line}\n${showFailures(causes, indent + 1)}`;
}

/** In single quotes, with Go's escapes; of two backslashes at the end one is lost with the quote behind them. */
export function quoteSingle(text: string): string {
  return `'${quote(text).replaceAll('\\"', '"').replaceAll("'", "\\'").slice(1, -1)}'`;
}

export function joinQuoted(texts: readonly string[]): string {
  return texts.map(quoteSingle).join(', ');
}

/** Failures as one list: those of groups, references and `allOf` apart, those of alternatives within their message. */
export function flattenFailures(failures: readonly Failure[]): readonly { path: readonly string[]; message: string }[] {
  return failures.flatMap(({ kind, path, message, causes }) => {
    if (causes.length === 0) {
      return [{ path, message }];
    }
    if (kind !== 'other' || message === "'allOf' failed") {
      return flattenFailures(causes);
    }
    const below = flattenFailures(causes).map((cause) => {
      const pointer = pointerTo(cause.path);
      return pointer === pointerTo(path) ? cause.message : `${pointer}: ${cause.message}`;
    });
    return [{ path, message: `${message} (${below.join('; ')})` }];
  });
}
