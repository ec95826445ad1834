import { parseDuration } from '../gostd/index.ts';
import { FluxError } from './errors.ts';

const nanosecondsPerMillisecond = 1_000_000n;

/**
 * Milliseconds of a duration as Flux's objects write them: `1h30m`, `90s`, `1.5h`.
 *
 * @throws FluxError code `invalid-object`; `path` says which field it was
 */
export function durationMs(text: string, path: string): number {
  try {
    return Number(parseDuration(text) / nanosecondsPerMillisecond);
  } catch (error) {
    throw new FluxError('invalid-object', `${path}: invalid duration '${text}'`, { cause: error });
  }
}

/** A duration as Go prints it and Flux's status holds it: `1h0m0s`, `1.5s`, `0s`. */
export function formatDurationMs(ms: number): string {
  if (ms === 0) {
    return '0s';
  }
  const sign = ms < 0 ? '-' : '';
  const total = Math.abs(ms);
  if (total < 1000) {
    return `${sign}${total}ms`;
  }
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor((total % 3_600_000) / 60_000);
  const seconds = String((total % 60_000) / 1000);
  if (hours > 0) {
    return `${sign}${hours}h${minutes}m${seconds}s`;
  }
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}
