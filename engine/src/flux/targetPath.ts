import { parseStrvals } from '../chart/index.ts';
import { type GoMap, isList, isMap, newMap, type Value } from '../gostd/index.ts';

/**
 * Sets the value at a path of `values`, in place, the way `helm --set` would; a text in quotes stays a string.
 *
 * @throws ChartError in Helm's words, which may hold parts of the text
 * @see fluxcd/pkg/chartutil v1.27 values.go, ReplacePathValue and ReplacePathLiteralValue
 */
export function setAtPath(values: GoMap, path: string, text: string, { literal }: { readonly literal: boolean }): void {
  const { kind, value } = assignment(text, literal);
  parseStrvals(kind, `${path}=${value}`, values);
}

/** The maps and lists of `values`, each with the keys in it, that `setAtPath` with the same arguments sets. */
export function placesSet(
  values: GoMap,
  path: string,
  text: string,
  { literal }: { readonly literal: boolean },
): readonly (readonly [container: object, key: string | number])[] {
  const { kind, value } = assignment(text, literal);
  const alone = newMap();
  parseStrvals(kind, `${path}=${value}`, alone);
  const places: (readonly [object, string | number])[] = [];
  const walk = (set: Value, here: Value): void => {
    if (isMap(set) && isMap(here)) {
      for (const [key, entry] of Object.entries(set)) {
        visit(entry, here, key, here[key]);
      }
    } else if (isList(set) && isList(here)) {
      set.forEach((entry, index) => {
        // What lies before the index that was set is padding, and null.
        if (entry !== null && entry !== undefined) {
          visit(entry, here, index, here[index]);
        }
      });
    }
  };
  const visit = (entry: Value, container: object, key: string | number, here: Value): void => {
    if ((isMap(entry) && Object.keys(entry).length > 0) || (isList(entry) && entry.length > 0)) {
      walk(entry, here);
    } else {
      places.push([container, key]);
    }
  };
  walk(alone, values);
  return places;
}

function assignment(text: string, literal: boolean): { readonly kind: 'set' | 'string'; readonly value: string } {
  if (literal) {
    return { kind: 'string', value: text.replace(/[\\,[\]{}]/g, String.raw`\$&`) };
  }
  const isQuoted =
    (text.startsWith("'") && text.endsWith("'") && text !== '') ||
    (text.startsWith('"') && text.endsWith('"') && text !== '');
  return isQuoted ? { kind: 'string', value: text.replace(/^['"]+|['"]+$/g, '') } : { kind: 'set', value: text };
}
