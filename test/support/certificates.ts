import { randomBytes } from 'node:crypto';
import { type Certificate, selfSign, signWith } from '../../engine/src/sprig/certificate.ts';
import { generateEcdsaKey } from '../../engine/src/sprig/keys.ts';

const world = { now: () => Date.now(), randomBytes: (count: number) => randomBytes(count), timeZone: 'UTC' };

export interface Subject {
  readonly addresses?: readonly string[];
  readonly dnsNames?: readonly string[];
  /** How many days ago its one day began; 0 when absent. */
  readonly daysOld?: number;
}

/** An authority of its own, in PEM. */
export function makeAuthority(commonName: string): Certificate {
  const request = { commonName, addresses: [], dnsNames: [], daysValid: 1, isAuthority: true };
  return selfSign(world, request, generateEcdsaKey(world));
}

/** A certificate for servers and clients under these addresses and names, in PEM. */
export function issueCertificate(
  authority: Certificate,
  { addresses = [], dnsNames = [], daysOld = 0 }: Subject,
): Certificate {
  // Another name than any authority's: else it would pass for one that signed itself.
  const request = { commonName: 'holder', addresses, dnsNames, daysValid: 1, isAuthority: false };
  const then = { ...world, now: () => Date.now() - daysOld * 86_400_000 };
  return signWith(then, request, { key: generateEcdsaKey(world), authority });
}
