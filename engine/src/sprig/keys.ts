import { Buffer } from 'node:buffer';
import { checkPrimeSync, createECDH, createPrivateKey, type KeyObject } from 'node:crypto';
import { GoError } from '../gotemplate/index.ts';
import { bitString, contextTag, element, integer, oid, readAll, sequence, tags } from './der.ts';
import type { SprigWorld } from './define.ts';
import { decodePem, type PemBlock } from './pem.ts';
import { bigintOf } from './random.ts';

/**
 * Private keys, made from the world's randomness alone: the same bytes give the same key.
 * Node's crypto has the arithmetic of primes, curves and signatures.
 */
export type PrivateKey =
  { readonly kind: 'signer'; readonly key: KeyObject } | { readonly kind: 'dsa'; readonly der: Uint8Array };

const publicExponent = 65_537n;
const p256 = { name: 'prime256v1', oid: '1.2.840.10045.3.1.7', bytes: 32 } as const;
const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Of two primes of half the bits each, exponent 65537. */
export function generateRsaKey(world: SprigWorld, bits: number): PrivateKey {
  for (;;) {
    const p = randomPrime(world, bits / 2);
    const q = randomPrime(world, bits / 2);
    const n = p * q;
    const order = leastCommonMultiple(p - 1n, q - 1n);
    const d = inverse(publicExponent, order);
    const coefficient = inverse(q, p);
    if (p === q || n.toString(2).length !== bits || d === undefined || coefficient === undefined) {
      continue;
    }
    const numbers = [0n, n, publicExponent, d, p, q, d % (p - 1n), d % (q - 1n), coefficient];
    return signer(sequence(...numbers.map(integer)), 'pkcs1');
  }
}

/** On the curve P-256. */
export function generateEcdsaKey(world: SprigWorld): PrivateKey {
  const scalar = (randomBits(world, 320) % (p256Order - 1n)) + 1n;
  const privateBytes = Buffer.from(scalar.toString(16).padStart(2 * p256.bytes, '0'), 'hex');
  const curve = createECDH(p256.name);
  curve.setPrivateKey(privateBytes);
  const der = sequence(
    integer(1n),
    element(tags.octetString, privateBytes),
    element(contextTag(0, 'constructed'), oid(p256.oid)),
    element(contextTag(1, 'constructed'), bitString(curve.getPublicKey())),
  );
  return signer(der, 'sec1');
}

/** From 32 random bytes. */
export function generateEd25519Key(world: SprigWorld): PrivateKey {
  const seed = element(tags.octetString, element(tags.octetString, world.randomBytes(32)));
  return signer(sequence(integer(0n), sequence(oid('1.3.101.112')), seed), 'pkcs8');
}

/** Parameters of 2048 and 256 bits, as FIPS 186-3 has them, and a key. */
export function generateDsaKey(world: SprigWorld): PrivateKey {
  for (;;) {
    const q = randomPrime(world, 256);
    const p = primeAbove(world, q);
    if (p === undefined) {
      continue;
    }
    let base = 2n;
    let generator = power(base, (p - 1n) / q, p);
    while (generator === 1n) {
      base++;
      generator = power(base, (p - 1n) / q, p);
    }
    const x = (randomBits(world, 320) % (q - 1n)) + 1n;
    const numbers = [0n, p, q, generator, power(generator, x, p), x];
    return { kind: 'dsa', der: sequence(...numbers.map(integer)) };
  }
}

/** A 2048-bit prime that is one more than a multiple of `q`; undefined where none came up. */
function primeAbove(world: SprigWorld, q: bigint): bigint | undefined {
  const bits = 2048n;
  const smallPrimes = groupPrimes(maxSmallPrime);
  for (let i = 0; i < 4 * Number(bits); i++) {
    const start = randomBits(world, Number(bits)) | (1n << (bits - 1n)) | 1n;
    const candidate = start - ((start % (2n * q)) - 1n);
    if (candidate >> (bits - 1n) === 1n && isPrime(candidate, smallPrimes)) {
      return candidate;
    }
  }
  return undefined;
}

/**
 * Reads a private key in PEM.
 *
 * @throws GoError
 * @see Masterminds/sprig v3.3.0 crypto.go, parsePrivateKeyPEM
 */
export function parsePrivateKey(pem: string): PrivateKey {
  const block = decodePem(pem);
  if (block === undefined) {
    throw new GoError('no PEM data in input');
  }
  switch (block.type) {
    case 'PRIVATE KEY':
      return readSigner(block, 'pkcs8', 'decoding PEM as PKCS#8');
    case 'RSA PRIVATE KEY':
      return readSigner(block, 'pkcs1', 'parsing RSA private key from PEM');
    case 'EC PRIVATE KEY':
      return readSigner(block, 'sec1', 'parsing EC private key from PEM');
    case 'DSA PRIVATE KEY': {
      const numbers = readAll(readAll(block.bytes)?.[0]?.content ?? block.bytes);
      if (numbers?.length !== 6 || numbers.some((number) => number.tag !== tags.integer)) {
        throw new GoError('parsing DSA private key from PEM: asn1: structure error');
      }
      return { kind: 'dsa', der: block.bytes };
    }
    default:
      throw new GoError(
        block.type.endsWith(' PRIVATE KEY')
          ? `invalid private key type ${block.type}`
          : `no private key data in PEM block of type ${block.type}`,
      );
  }
}

/** How a key is written: in the old form of its kind, where it has one. */
export function pemBlockOf(key: PrivateKey): PemBlock {
  if (key.kind === 'dsa') {
    return { type: 'DSA PRIVATE KEY', bytes: key.der };
  }
  switch (key.key.asymmetricKeyType) {
    case 'rsa':
      return { type: 'RSA PRIVATE KEY', bytes: key.key.export({ format: 'der', type: 'pkcs1' }) };
    case 'ec':
      return { type: 'EC PRIVATE KEY', bytes: key.key.export({ format: 'der', type: 'sec1' }) };
    default:
      return { type: 'PRIVATE KEY', bytes: key.key.export({ format: 'der', type: 'pkcs8' }) };
  }
}

type KeyForm = 'pkcs1' | 'pkcs8' | 'sec1';

function signer(der: Uint8Array, type: KeyForm): PrivateKey {
  return { kind: 'signer', key: createPrivateKey({ key: Buffer.from(der), format: 'der', type }) };
}

function readSigner(block: PemBlock, type: KeyForm, doing: string): PrivateKey {
  try {
    return signer(block.bytes, type);
  } catch (cause) {
    throw new GoError(`${doing}: asn1: structure error`, { cause });
  }
}

function randomBits(world: SprigWorld, bits: number): bigint {
  return bigintOf(world.randomBytes(bits / 8));
}

/** A prime with its two highest bits set, so that the product of two has twice the bits. */
function randomPrime(world: SprigWorld, bits: number): bigint {
  const smallPrimes = groupPrimes(maxSmallPrime);
  for (;;) {
    const candidate = randomBits(world, bits) | (3n << BigInt(bits - 2)) | 1n;
    if (candidate % publicExponent !== 1n && isPrime(candidate, smallPrimes)) {
      return candidate;
    }
  }
}

/** Small factors first: they rule out nine of ten, and OpenSSL's test is far dearer. */
function isPrime(candidate: bigint, smallPrimes: readonly PrimeGroup[]): boolean {
  for (const [product, primes] of smallPrimes) {
    const rest = Number(candidate % product);
    if (primes.some((prime) => rest % prime === 0)) {
      return false;
    }
  }
  return checkPrimeSync(candidate);
}

const maxSmallPrime = 1000;

type PrimeGroup = readonly [product: bigint, primes: readonly number[]];

/** Odd primes up to a limit in groups whose product is exact as a number. */
function groupPrimes(limit: number): PrimeGroup[] {
  const groups: PrimeGroup[] = [];
  let group: number[] = [];
  let product = 1;
  for (let n = 3; n < limit; n += 2) {
    if (
      groups.some(([, primes]) => primes.some((prime) => n % prime === 0)) ||
      group.some((prime) => n % prime === 0)
    ) {
      continue;
    }
    if (product * n > Number.MAX_SAFE_INTEGER) {
      groups.push([BigInt(product), group]);
      group = [];
      product = 1;
    }
    group.push(n);
    product *= n;
  }
  return [...groups, [BigInt(product), group]];
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) {
      result = (result * square) % modulus;
    }
    square = (square * square) % modulus;
  }
  return result;
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [divisor, rest] = [a, b];
  while (rest > 0n) {
    [divisor, rest] = [rest, divisor % rest];
  }
  return (a / divisor) * b;
}

/** The number whose product with `value` leaves 1, or undefined where there is none. */
function inverse(value: bigint, modulus: bigint): bigint | undefined {
  let [old, rest] = [value % modulus, modulus];
  let [factor, next] = [1n, 0n];
  while (rest > 0n) {
    const quotient = old / rest;
    [old, rest] = [rest, old - quotient * rest];
    [factor, next] = [next, factor - quotient * next];
  }
  return old === 1n ? ((factor % modulus) + modulus) % modulus : undefined;
}
