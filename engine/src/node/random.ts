import { randomBytes } from 'node:crypto';
import type { Random } from '../support/index.ts';

/** Fresh bytes every time. */
export const nodeRandom: Random = { bytes: (count) => randomBytes(count) };
