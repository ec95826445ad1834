/**
 * The host that a failure waits for the user to allow. The cluster half is a bundle of its own with error classes of
 * its own, so an error is known by what it says.
 */
export function hostToAllow(error: unknown): string | undefined {
  if (!(error instanceof Error)) {
    return undefined;
  }
  if ('code' in error && error.code === 'offline' && 'host' in error && typeof error.host === 'string') {
    return error.host;
  }
  return hostToAllow(error.cause);
}
