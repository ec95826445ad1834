import { Buffer } from 'node:buffer';
import { parseJson, textAt } from '../support/index.ts';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { SourceError } from './errors.ts';

/**
 * The trusted root of the public Sigstore, as it was when this Fairlead was made, in JSON.
 * Flux fetches the newest one; this one is used as long as the metadata that vouches for it says it may be.
 *
 * @throws SourceError code `unverified` when that time is over
 */
export function publicTrustedRoot(options: { readonly nowMs: number }): string {
  const { 'root.json': root, targets } = seeds['https://tuf-repo-cdn.sigstore.dev'];
  const metadata = parseJson(Buffer.from(root, 'base64'));
  const expires = textAt(metadata, 'signed', 'expires') ?? '';
  if (!(options.nowMs < Date.parse(expires))) {
    throw new SourceError(
      'unverified',
      `the trusted root of Sigstore that came with this Fairlead was good until ${expires}: install a newer Fairlead`,
    );
  }
  return Buffer.from(targets['trusted_root.json'], 'base64').toString();
}
