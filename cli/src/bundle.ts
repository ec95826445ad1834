import { Buffer } from 'node:buffer';
import {
  appendFileSync,
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
  const kept = readOwn(place);
  const cachedData = kept?.compiled;
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
      const runs = kept === undefined || script.cachedDataRejected === true ? 0 : kept.runs + 1;
      // Later runs take other ways through the code: 1, 2, 4, ... of them are added to what is compiled.
      if ((runs & (runs - 1)) === 0 && runs <= maxRuns) {
        keepOnly(place, { name, compiled: script.createCachedData(), runs });
      } else if (runs < maxRuns) {
        countRun(place);
      }
    },
  };
}

/** What V8 compiled, in how many processes. */
interface Kept {
  readonly compiled: Buffer;
  readonly runs: number;
}

/** By then they have been everywhere. */
const maxRuns = 64;
/** In front of what is compiled: its length. Behind it: a byte for each run. V8 wants it at a multiple of eight. */
const headBytes = 8;

/** As Node wraps a CommonJS module. */
const head = '(function (exports, require, module, __filename, __dirname) { ';
type Wrapper = (exports: object, require: NodeJS.Require, module: object, file: string, folder: string) => void;

/** The file, if nobody else can have written it: it is code, and V8 does not look at it closely. */
function readOwn(place: string): Kept | undefined {
  let file: number;
  try {
    file = openSync(place, 'r');
  } catch {
    return undefined;
  }
  try {
    const { uid, mode } = fstatSync(file);
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0) {
      return undefined;
    }
    const bytes = readFileSync(file);
    const end = bytes.length < headBytes ? 0 : headBytes + bytes.readUInt32LE(0);
    return end === 0 || end > bytes.length
      ? undefined
      : { compiled: bytes.subarray(headBytes, end), runs: bytes.length - end };
  } finally {
    closeSync(file);
  }
}

/** Writes the file whole or not at all, and removes those of other builds. Without a cache everything works too. */
function keepOnly(place: string, { name, compiled, runs }: Kept & { readonly name: string }): void {
  const folder = path.dirname(place);
  const fresh = `${place}.${String(process.pid)}`;
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(compiled.length);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(fresh, Buffer.concat([head, compiled, Buffer.alloc(runs)]), { mode: 0o600 });
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

function countRun(place: string): void {
  try {
    appendFileSync(place, Buffer.alloc(1));
  } catch {
    // As above.
  }
}
