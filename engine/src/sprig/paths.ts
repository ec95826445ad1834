import { basePath, cleanPath, directoryOf, extensionOf } from '../gostd/index.ts';
import type { FuncEntry } from '../gotemplate/index.ts';
import { alias, controls, define, textOf } from './define.ts';

const base = define('base', 'string -> string', 'The last element of a path.', ([path]) => basePath(textOf(path)));
const dir = define('dir', 'string -> string', 'The path without its last element.', ([path]) =>
  directoryOf(textOf(path)),
);
const clean = define('clean', 'string -> string', 'The shortest path that means the same.', ([path]) =>
  cleanPath(textOf(path)),
);
const ext = define('ext', 'string -> string', 'The end of a file name from its last dot on.', ([path]) =>
  extensionOf(textOf(path)),
);
const isAbs = define(
  'isAbs',
  'string -> bool',
  'Tells whether the path starts with a slash.',
  ([path]) => textOf(path).startsWith('/'),
  controls,
);

/** Paths with slashes; the ones of the operating system are those of Linux, where Flux and most of Helm run. */
export const pathFuncs: readonly FuncEntry[] = [
  base,
  dir,
  clean,
  ext,
  isAbs,
  alias('osBase', base),
  alias('osDir', dir),
  alias('osClean', clean),
  alias('osExt', ext),
  alias('osIsAbs', isAbs),
];
