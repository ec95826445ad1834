/** Up to 64 KiB; every third is one that every seed makes, so that processes write the same. */
export function blobOf(seed: number, i: number): Uint8Array {
  const name = i % 3 === 0 ? `shared ${i}` : `${seed} ${i}`;
  return Buffer.from(`${name} `.repeat(4096)).subarray(0, 1024 * (1 + ((i * 7) % 64)));
}
