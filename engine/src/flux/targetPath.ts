import { parseStrvals } from '../chart/index.ts';
import type { GoMap } from '../gostd/index.ts';
import type { Origin, Origins } from '../support/index.ts';

export interface TargetPathOptions {
  /** The text is taken as it is; else it is read as `--set` reads it. */
  readonly literal: boolean;
  readonly origins: Origins;
  readonly origin: Origin;
}

/**
 * Sets the value at a path of `values`, in place, the way `helm --set` would; a text in quotes stays a string.
 *
 * @throws ChartError in Helm's words, which may hold parts of the text
 * @see fluxcd/pkg/chartutil v1.27 values.go, ReplacePathValue and ReplacePathLiteralValue
 */
export function setAtPath(values: GoMap, path: string, text: string, options: TargetPathOptions): void {
  const { literal, origins, origin } = options;
  const { mode, value } = literal ? literally(text) : asWritten(text);
  parseStrvals(`${path}=${value}`, values, { mode, origins: { of: origins, origin } });
}

interface Assignment {
  readonly mode: 'typed' | 'string';
  readonly value: string;
}

function literally(text: string): Assignment {
  return { mode: 'string', value: text.replace(/[\\,[\]{}]/g, String.raw`\$&`) };
}

function asWritten(text: string): Assignment {
  const isQuoted = ["'", '"'].some((quote) => text.startsWith(quote) && text.endsWith(quote));
  return isQuoted ? { mode: 'string', value: text.replace(/^['"]+|['"]+$/g, '') } : { mode: 'typed', value: text };
}
