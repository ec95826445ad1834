import { isAbort } from './abort.ts';

/**
 * Base of every error the engine throws on purpose. Callers switch on `code`, which is stable;
 * `message` is for people. Subclasses spell `name` out, since the bundler renames classes.
 */
export abstract class EngineError extends Error {
  abstract readonly code: string;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  // The platform says "This operation was aborted".
  return isAbort(error) ? 'context canceled' : error instanceof Error ? error.message : String(error);
}
