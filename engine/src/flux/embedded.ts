import { isMap } from '../gostd/index.ts';
import type { Position } from '../support/index.ts';
import type { Manifest } from './manifest.ts';

/**
 * Where a place of a text is in the file of the ConfigMap that holds the text under `key`. Exact in a literal block
 * (`|`) that is indented by two; otherwise the start of the text. Undefined where the file does not say.
 */
export function embeddedPosition(
  manifest: Manifest,
  key: string,
  { text, place }: { readonly text: string; readonly place: Position | undefined },
): Position | undefined {
  const data = manifest.object['data'];
  const written = isMap(data) ? manifest.places.get(data, key) : undefined;
  if (written === undefined) {
    return undefined;
  }
  const { value, keyStart } = written;
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const isBlock = lines > 1 && value.end.line - value.start.line >= lines;
  return place !== undefined && keyStart !== undefined && isBlock
    ? { line: value.start.line + 1 + place.line, character: keyStart.character + 2 + place.character }
    : value.start;
}
