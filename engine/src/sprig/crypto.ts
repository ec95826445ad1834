import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import bcryptjs from 'bcryptjs';
import {
  byteLength,
  CorruptInputError,
  decodeBase64,
  fromBytes,
  GoStruct,
  type GoType,
  stringType,
  toBytes,
  type Value,
} from '../gostd/index.ts';
import { type FuncEntry, GoError } from '../gotemplate/index.ts';
import { type Certificate, type CertificateRequest, checkCertificate, selfSign, signWith } from './certificate.ts';
import { controls, define, inGo, intOf, listOf, runtimeError, type SprigWorld, textOf } from './define.ts';
import { derivePassword } from './derivePassword.ts';
import {
  generateDsaKey,
  generateEcdsaKey,
  generateEd25519Key,
  generateRsaKey,
  parsePrivateKey,
  pemBlockOf,
  type PrivateKey,
} from './keys.ts';
import { encodePem } from './pem.ts';

/** Hashes, ciphers, keys and certificates. What is random is drawn from the world. */
export function cryptoFuncs(world: SprigWorld): readonly FuncEntry[] {
  return [...hashFuncs, ...secretFuncs(world), ...certificateFuncs(world)];
}

const hashFuncs: readonly FuncEntry[] = [
  ...(['sha1', 'sha256', 'sha512'] as const).map((algorithm) =>
    define(
      `${algorithm}sum`,
      'string -> string',
      `The ${algorithm.toUpperCase()} digest of the text, in hexadecimal digits.`,
      ([text]) =>
        createHash(algorithm)
          .update(toBytes(textOf(text)))
          .digest('hex'),
    ),
  ),
  define('adler32sum', 'string -> string', 'The Adler-32 checksum of the text, in decimal digits.', ([text]) =>
    String(adler32(toBytes(textOf(text)))),
  ),
  define(
    'derivePassword',
    'uint32, string, string, string, string -> string',
    'The password that Master Password derives from counter, kind, master password, user and site; always the same for the same arguments.',
    ([counter, kind, password, user, site]) =>
      derivePassword({
        counter: intOf(counter),
        kind: textOf(kind),
        password: toBytes(textOf(password)),
        user: toBytes(textOf(user)),
        site: toBytes(textOf(site)),
      }),
  ),
  define(
    'decryptAES',
    'string, string -> string, error',
    'The text that encryptAES encrypted with this password, the first argument.',
    ([password, encrypted]) => decryptAes(textOf(password), textOf(encrypted)),
  ),
];

function secretFuncs(world: SprigWorld): readonly FuncEntry[] {
  return [
    define('bcrypt', 'string -> string', 'The bcrypt hash of the text, another one in every render.', ([text]) =>
      bcrypt(world, textOf(text)),
    ),
    define(
      'htpasswd',
      'string, string -> string',
      'A line of an htpasswd file for user and password, another one in every render.',
      ([user, password]) => {
        const name = textOf(user);
        return name.includes(':') ? `invalid username: ${name}` : `${name}:${bcrypt(world, textOf(password))}`;
      },
    ),
    define(
      'encryptAES',
      'string, string -> string, error',
      'The text, the second argument, encrypted with the password; another result in every render.',
      ([password, text]) => encryptAes(world, textOf(password), textOf(text)),
    ),
    define(
      'randBytes',
      'int -> string, error',
      'So many random bytes in base64, other ones in every render.',
      ([count], context) => {
        if (intOf(count) < 0) {
          throw runtimeError('makeslice: len out of range');
        }
        context.charge(intOf(count));
        return Buffer.from(world.randomBytes(intOf(count))).toString('base64');
      },
      controls,
    ),
    define('uuidv4', '-> string', 'A random UUID, another one in every render.', () => {
      const bytes = Uint8Array.from(world.randomBytes(16));
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
      return Buffer.from(bytes)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    }),
    define(
      'genPrivateKey',
      'string -> string',
      'A new private key in PEM: `rsa`, `ecdsa`, `ed25519` or `dsa`; another one in every render.',
      ([kind]) => {
        const name = textOf(kind);
        const generate = generators.get(name);
        return generate === undefined ? `Unknown type ${name}` : encodePem(pemBlockOf(generate(world)));
      },
      controls,
    ),
  ];
}

const generators: ReadonlyMap<string, (world: SprigWorld) => PrivateKey> = new Map([
  ['', (world) => generateRsaKey(world, 4096)],
  ['rsa', (world) => generateRsaKey(world, 4096)],
  ['ecdsa', generateEcdsaKey],
  ['ed25519', generateEd25519Key],
  ['dsa', generateDsaKey],
]);

function certificateFuncs(world: SprigWorld): readonly FuncEntry[] {
  const newKey = (): PrivateKey => generateRsaKey(world, 2048);
  const authority = (commonName: Value, days: Value): CertificateRequest => ({
    commonName: textOf(commonName),
    addresses: [],
    dnsNames: [],
    daysValid: intOf(days),
    isAuthority: true,
  });
  const server = ([commonName, addresses, dnsNames, days]: readonly Value[]): CertificateRequest => ({
    commonName: textOf(commonName),
    addresses: listOf(addresses),
    dnsNames: listOf(dnsNames),
    daysValid: intOf(days),
    isAuthority: false,
  });
  const server4 = 'string, []interface {}, []interface {}, int';
  const results = 'sprig.certificate, error';
  return [
    define(
      'genCA',
      `string, int -> ${results}`,
      'A new certificate authority of this name, valid so many days; `.Cert` and `.Key` are PEM.',
      ([commonName, days]) => structOf(selfSign(world, authority(commonName, days), newKey())),
    ),
    define(
      'genCAWithKey',
      `string, int, string -> ${results}`,
      'As genCA, with a private key in PEM.',
      ([commonName, days, key]) => structOf(selfSign(world, authority(commonName, days), givenKey(key))),
    ),
    define(
      'genSelfSignedCert',
      `${server4} -> ${results}`,
      'A new certificate for name, IP addresses, DNS names and days, signed by its own key.',
      (args) => structOf(selfSign(world, server(args), newKey())),
    ),
    define(
      'genSelfSignedCertWithKey',
      `${server4}, string -> ${results}`,
      'As genSelfSignedCert, with a private key in PEM.',
      (args) => structOf(selfSign(world, server(args), givenKey(args[4]))),
    ),
    define(
      'genSignedCert',
      `${server4}, sprig.certificate -> ${results}`,
      'A new certificate for name, IP addresses, DNS names and days, signed by the authority.',
      (args) => structOf(signWith(world, server(args), { key: newKey(), authority: certificateOf(args[4]) })),
    ),
    define(
      'genSignedCertWithKey',
      `${server4}, sprig.certificate, string -> ${results}`,
      'As genSignedCert, with a private key in PEM.',
      (args) => structOf(signWith(world, server(args), { key: givenKey(args[5]), authority: certificateOf(args[4]) })),
    ),
    define(
      'buildCustomCert',
      `string, string -> ${results}`,
      'A certificate and private key that exist, each base64 of PEM.',
      ([cert, key]) => structOf(checkCertificate(fromBase64(cert, 'certificate'), fromBase64(key, 'private key'))),
    ),
  ];
}

const certificateType: GoType = {
  kind: 'struct',
  name: 'sprig.certificate',
  fields: [
    { name: 'Cert', type: stringType },
    { name: 'Key', type: stringType },
  ],
};

function structOf({ cert, key }: Certificate): GoStruct {
  return new GoStruct(certificateType, { Cert: cert, Key: key });
}

function certificateOf(value: Value): Certificate {
  if (!(value instanceof GoStruct)) {
    throw new TypeError('execution let something else pass for a certificate');
  }
  return { cert: textOf(value.fields['Cert']), key: textOf(value.fields['Key']) };
}

function givenKey(pem: Value): PrivateKey {
  try {
    return parsePrivateKey(textOf(pem));
  } catch (error) {
    throw error instanceof GoError ? new GoError(`parsing private key: ${error.message}`, { cause: error }) : error;
  }
}

function fromBase64(value: Value, what: string): string {
  try {
    return fromBytes(decodeBase64(textOf(value)));
  } catch (error) {
    throw error instanceof CorruptInputError ? new GoError(`unable to decode base64 ${what}`, { cause: error }) : error;
  }
}

/** bcrypt's own alphabet has nothing in common with base64's order. */
function bcrypt(world: SprigWorld, text: string): string {
  if (byteLength(text) > 72) {
    return 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes';
  }
  const salt = bcryptjs.encodeBase64(Array.from(world.randomBytes(16)), 16);
  return bcryptjs.hashSync(text, `$2a$10$${salt}`);
}

function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}

const aesBlockBytes = 16;

function aesKey(password: string): Uint8Array {
  const key = new Uint8Array(32);
  key.set(toBytes(password).subarray(0, 32));
  return key;
}

function encryptAes(world: SprigWorld, password: string, text: string): string {
  if (text === '') {
    return '';
  }
  const iv = world.randomBytes(aesBlockBytes);
  const cipher = createCipheriv('aes-256-cbc', aesKey(password), iv);
  return Buffer.concat([iv, cipher.update(toBytes(text)), cipher.final()]).toString('base64');
}

/** @see Masterminds/sprig v3.3.0 crypto.go, decryptAES, which trusts its input and panics on bad ones */
function decryptAes(password: string, encrypted: string): string {
  if (encrypted === '') {
    return '';
  }
  const bytes = inGo([CorruptInputError], () => decodeBase64(encrypted));
  if (bytes.length < aesBlockBytes) {
    throw runtimeError(
      `slice bounds out of range [:${aesBlockBytes}] with capacity ${3 * Math.floor(encrypted.length / 4)}`,
    );
  }
  const body = bytes.subarray(aesBlockBytes);
  if (body.length % aesBlockBytes !== 0) {
    throw new GoError('crypto/cipher: input not full blocks');
  }
  if (body.length === 0) {
    throw runtimeError('index out of range [-1]');
  }
  const decipher = createDecipheriv('aes-256-cbc', aesKey(password), bytes.subarray(0, aesBlockBytes));
  decipher.setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(body), decipher.final()]);
  const length = plain.length - (plain.at(-1) ?? 0);
  if (length < 0) {
    throw runtimeError(`slice bounds out of range [:${length}]`);
  }
  return fromBytes(plain.subarray(0, length));
}
