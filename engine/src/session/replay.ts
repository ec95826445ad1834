import { createHash } from 'node:crypto';
import type { SessionWorld } from './context.ts';

/** Time and randomness of a plan, so that what was confirmed renders the same once more. */
export interface Replay {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly seed: Uint8Array;
}

export function newReplay({ environment: { clock, random } }: SessionWorld): Replay {
  return { nowMs: clock.now(), seed: random.bytes(32) };
}

/** The world as it was for a plan. Each release has randomness of its own. */
export function replayed(world: SessionWorld, { nowMs, seed }: Replay, release: string): SessionWorld {
  const { environment } = world;
  const bytes = (count: number): Uint8Array => {
    const filled = new Uint8Array(count);
    for (let at = 0; at < count; at += 32) {
      const block = createHash('sha256')
        .update(seed)
        .update(`${release} ${String(at)}`)
        .digest();
      filled.set(block.subarray(0, count - at), at);
    }
    return filled;
  };
  return {
    ...world,
    environment: { ...environment, clock: { ...environment.clock, now: () => nowMs }, random: { bytes } },
  };
}
