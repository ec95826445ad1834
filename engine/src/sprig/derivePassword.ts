import { Buffer } from 'node:buffer';
import { createHmac, scryptSync } from 'node:crypto';

/** What a password is derived from; texts as bytes. */
export interface PasswordSource {
  readonly counter: number;
  /** `maximum`, `long`, `medium`, `short`, `basic` or `pin` */
  readonly kind: string;
  readonly password: Uint8Array;
  readonly user: Uint8Array;
  readonly site: Uint8Array;
}

/*
 * The tables of the Master Password algorithm, version 3 of which users of other tools have in their heads: a letter of
 * a template stands for one character of its class.
 */
const templates: ReadonlyMap<string, readonly string[]> = new Map([
  ['maximum', ['anoxxxxxxxxxxxxxxxxx', 'axxxxxxxxxxxxxxxxxno']],
  [
    'long',
    // prettier-ignore
    [
      'CvcvnoCvcvCvcv', 'CvcvCvcvnoCvcv', 'CvcvCvcvCvcvno', 'CvccnoCvcvCvcv', 'CvccCvcvnoCvcv', 'CvccCvcvCvcvno',
      'CvcvnoCvccCvcv', 'CvcvCvccnoCvcv', 'CvcvCvccCvcvno', 'CvcvnoCvcvCvcc', 'CvcvCvcvnoCvcc', 'CvcvCvcvCvccno',
      'CvccnoCvccCvcv', 'CvccCvccnoCvcv', 'CvccCvccCvcvno', 'CvcvnoCvccCvcc', 'CvcvCvccnoCvcc', 'CvcvCvccCvccno',
      'CvccnoCvcvCvcc', 'CvccCvcvnoCvcc', 'CvccCvcvCvccno',
    ],
  ],
  ['medium', ['CvcnoCvc', 'CvcCvcno']],
  ['short', ['Cvcn']],
  ['basic', ['aaanaaan', 'aannaaan', 'aaannaaa']],
  ['pin', ['nnnn']],
]);
const classes: Readonly<Record<string, string>> = {
  C: 'BCDFGHJKLMNPQRSTVWXYZ',
  v: 'aeiou',
  c: 'bcdfghjklmnpqrstvwxyz',
  a: 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz',
  n: '0123456789',
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()',
};
const scope = Buffer.from('com.lyndir.masterpassword');
const scrypt = { N: 32_768, r: 8, p: 2, maxmem: 256 * 1024 * 1024 } as const;

/** The password, or a sentence where the kind is unknown. @see Masterminds/sprig v3.3.0 crypto.go, derivePassword */
export function derivePassword({ counter, kind, password, user, site }: PasswordSource): string {
  const choices = templates.get(kind);
  if (choices === undefined) {
    return `cannot find password template ${kind}`;
  }
  const key = scryptSync(password, Buffer.concat([scope, uint32(user.length), user]), 64, scrypt);
  const seed = createHmac('sha256', key)
    .update(Buffer.concat([scope, uint32(site.length), site, uint32(counter)]))
    .digest();
  const template = choices[(seed[0] ?? 0) % choices.length] ?? '';
  return Array.from(template, (letter, i) => {
    const characters = classes[letter] ?? '';
    return characters.charAt((seed[i + 1] ?? 0) % characters.length);
  }).join('');
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
