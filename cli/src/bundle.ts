import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { constants, Script } from 'node:vm';

export interface BundleOptions {
  /** Of the bundle's content. */
  readonly digest: string;
  /** Folder for compiled code. */
  readonly cacheFolder: string;
}

export interface Bundle {
  readonly exports: unknown;
  /** Keeps what was compiled until now for the next process. */
  readonly keep: () => void;
}

/**
 * Loads a CommonJS bundle with what V8 compiled of it in an earlier process: for a short command, compiling is half the
 * time. Node's own compile cache has only what a module's first lines need; this has every function that ran.
 *
 * @param file absolute path
 */
export function loadBundle(file: string, { digest, cacheFolder }: BundleOptions): Bundle {
  const name = path.basename(file);
  const place = path.join(cacheFolder, `${name}-${digest}-${process.version}-${process.arch}`);
  const cachedData = readOwn(place);
  const script = new Script(`${head}${readFileSync(file, 'utf8')}\n})`, {
    filename: file,
    columnOffset: -head.length,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData && { cachedData }),
  });
  const module = { exports: {} };
  const run = script.runInThisContext() as Wrapper; // the function of `head`
  run(module.exports, createRequire(file), module, file, path.dirname(file));
  return {
    exports: module.exports,
    keep: () => {
      if (cachedData === undefined || script.cachedDataRejected === true) {
        keepOnly(place, { name, compiled: script.createCachedData() });
      }
    },
  };
}

/** As Node wraps a CommonJS module. */
const head = '(function (exports, require, module, __filename, __dirname) { ';
type Wrapper = (exports: object, require: NodeJS.Require, module: object, file: string, folder: string) => void;

/** The file, if nobody else can have written it: it is code, and V8 does not look at it closely. */
function readOwn(place: string): Buffer | undefined {
  let file: number;
  try {
    file = openSync(place, 'r');
  } catch {
    return undefined;
  }
  try {
    const { uid, mode } = fstatSync(file);
    return uid === process.getuid?.() && (mode & 0o022) === 0 ? readFileSync(file) : undefined;
  } finally {
    closeSync(file);
  }
}

/** Writes the file whole or not at all, and removes those of other builds. Without a cache everything works too. */
function keepOnly(place: string, { name, compiled }: { readonly name: string; readonly compiled: Buffer }): void {
  const folder = path.dirname(place);
  const fresh = `${place}.${String(process.pid)}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(fresh, compiled, { mode: 0o600 });
    renameSync(fresh, place);
    for (const other of readdirSync(folder)) {
      if (other.startsWith(`${name}-`) && other !== path.basename(place)) {
        rmSync(path.join(folder, other), { force: true });
      }
    }
  } catch {
    // A full disk, or a home that cannot be written.
  }
}
