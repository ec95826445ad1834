import { gzipSync } from 'node:zlib';

export interface TarFile {
  /** With slashes, at most 255 bytes of ASCII. */
  readonly name: string;
  readonly data: Uint8Array;
}

const blockSize = 512;
/** All files have this time, so that the same files always make the same archive. */
const modTimeSeconds = Date.UTC(2026, 0, 1) / 1000;

/** A gzipped tar archive in the ustar format. */
export function packTar(files: readonly TarFile[]): Uint8Array {
  const blocks = files.flatMap((file) => [header(file), file.data, padding(file.data.length)]);
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * blockSize)]));
}

/** @see POSIX.1-2017 pax, ustar Interchange Format */
function header({ name, data }: TarFile): Uint8Array {
  const { prefix, rest } = splitName(name);
  const block = Buffer.alloc(blockSize);
  block.write(rest, 0, 100, 'ascii');
  block.write(octal(0o644, 8), 100, 'ascii');
  block.write(octal(0, 8), 108, 'ascii');
  block.write(octal(0, 8), 116, 'ascii');
  block.write(octal(data.length, 12), 124, 'ascii');
  block.write(octal(modTimeSeconds, 12), 136, 'ascii');
  block.write(' '.repeat(8), 148, 'ascii');
  block.write('0', 156, 'ascii');
  block.write('ustar\u000000', 257, 'ascii');
  block.write(prefix, 345, 155, 'ascii');
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, '0')}\u0000 `, 148, 'ascii');
  return block;
}

function splitName(name: string): { readonly prefix: string; readonly rest: string } {
  if (name.length <= 100) {
    return { prefix: '', rest: name };
  }
  const slash = name.indexOf('/', name.length - 101);
  const prefix = name.slice(0, slash);
  if (slash < 0 || prefix.length > 155) {
    throw new RangeError(`${name}: too long for a tar archive`);
  }
  return { prefix, rest: name.slice(slash + 1) };
}

function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, '0')}\u0000`;
}

function padding(length: number): Uint8Array {
  return Buffer.alloc((blockSize - (length % blockSize)) % blockSize);
}
