import { Buffer } from 'node:buffer';

/** That many bytes are looked at. */
const lookedAtBytes = 512;

/**
 * What kind of content a file has that is no chart. Of a shorter one the rest counts as zeros, as it does for Helm.
 *
 * @see Go 1.26 net/http/sniff.go, DetectContentType
 */
export function contentType(bytes: Uint8Array): string {
  const start = Buffer.alloc(lookedAtBytes);
  start.set(bytes.subarray(0, lookedAtBytes));
  const text = start.toString('latin1');
  const known = signatures.find(([signature]) =>
    typeof signature === 'function' ? signature(text) : signature.test(text),
  );
  return known?.[1] ?? 'application/octet-stream';
}

const isText = (text: string): boolean => !/[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/.test(text);

/** A box that says what it holds, with one of MPEG-4's brands among those that it names. */
function isMp4(text: string): boolean {
  const size = Buffer.from(text, 'latin1').readUInt32BE(0);
  const brands = text.slice(8, size).match(/.{4}/gs) ?? [];
  return (
    size <= lookedAtBytes &&
    size % 4 === 0 &&
    text.startsWith('ftyp', 4) &&
    // The second is the version of the first.
    brands.some((brand, index) => index !== 1 && brand.startsWith('mp4'))
  );
}

/** In the order in which Go looks. */
const signatures: readonly (readonly [signature: RegExp | ((text: string) => boolean), type: string])[] = [
  [
    /^[\t\n\f\r ]*<(?:!DOCTYPE HTML|HTML|HEAD|SCRIPT|IFRAME|H1|DIV|FONT|TABLE|A|STYLE|TITLE|B|BODY|BR|P|!--)[ >]/i,
    'text/html; charset=utf-8',
  ],
  [/^[\t\n\f\r ]*<\?xml/, 'text/xml; charset=utf-8'],
  [/^%PDF-/, 'application/pdf'],
  [/^%!PS-Adobe-/, 'application/postscript'],
  [/^\xfe\xff/, 'text/plain; charset=utf-16be'],
  [/^\xff\xfe/, 'text/plain; charset=utf-16le'],
  [/^\xef\xbb\xbf/, 'text/plain; charset=utf-8'],
  [/^\0\0[\x01\x02]\0/, 'image/x-icon'],
  [/^BM/, 'image/bmp'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF.{4}WEBPVP/s, 'image/webp'],
  [/^\x89PNG\r\n\x1a\n/, 'image/png'],
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^FORM.{4}AIFF/s, 'audio/aiff'],
  [/^ID3/, 'audio/mpeg'],
  [/^OggS\0/, 'application/ogg'],
  [/^MThd\0\0\0\x06/, 'audio/midi'],
  [/^RIFF.{4}AVI /s, 'video/avi'],
  [/^RIFF.{4}WAVE/s, 'audio/wave'],
  [isMp4, 'video/mp4'],
  [/^\x1a\x45\xdf\xa3/, 'video/webm'],
  [/^.{34}LP/s, 'application/vnd.ms-fontobject'],
  [/^\0\x01\0\0/, 'font/ttf'],
  [/^OTTO/, 'font/otf'],
  [/^ttcf/, 'font/collection'],
  [/^wOFF/, 'font/woff'],
  [/^wOF2/, 'font/woff2'],
  [/^PK\x03\x04/, 'application/zip'],
  [/^Rar!\x1a\x07(?:\0|\x01\0)/, 'application/x-rar-compressed'],
  [/^\0asm/, 'application/wasm'],
  [isText, 'text/plain; charset=utf-8'],
];
