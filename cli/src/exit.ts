/** Exit codes of every command. */
export const exitCodes = {
  /** Fine, or nothing would change. */
  fine: 0,
  /** Findings, or a failure. */
  failure: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** `plan`: something would change. */
  wouldChange: 3,
} as const;

/** Thrown by a command that found its own arguments wrong: printed as `error: …`, exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
