import type { Files } from '../../support/index.ts';
import { ChartError } from '../errors.ts';

/** Go gives up after so many. */
const maxLinks = 255;

/**
 * Sees to it that a link leads somewhere.
 *
 * @param place absolute path of the link
 * @throws ChartError `path` with what Go says of links that do not
 * @see Go 1.26 path/filepath/symlink.go, and helm v4.3.1 internal/sympath/walk.go
 */
export async function checkLink(place: string, disk: Files, signal: AbortSignal): Promise<void> {
  if ((await disk.realPath(place, { signal })) === undefined) {
    const why = await whyNowhere(place, disk, signal);
    throw new ChartError('path', `error evaluating symlink ${place}: ${why}`);
  }
}

async function whyNowhere(place: string, disk: Files, signal: AbortSignal): Promise<string> {
  let [real, links] = ['', 0];
  let names = place.split('/').filter((name) => name !== '');
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (name === '' || name === '.') {
      continue;
    }
    if (name === '..') {
      real = real.slice(0, real.lastIndexOf('/'));
      continue;
    }
    const next = `${real}/${name}`;
    const target = await disk.linkTarget?.(next, { signal });
    if (target !== undefined) {
      if (++links > maxLinks) {
        return 'EvalSymlinks: too many links';
      }
      real = target.startsWith('/') ? '' : real;
      names = [...target.split('/'), ...names];
    } else if ((await disk.realPath(next, { signal })) === undefined) {
      return `lstat ${next}: no such file or directory`;
    } else if (names.length > 0 && (await disk.list(next, { signal })) === undefined) {
      return 'not a directory';
    } else {
      real = next;
    }
  }
  return `lstat ${place}: no such file or directory`;
}
