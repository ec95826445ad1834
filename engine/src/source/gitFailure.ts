import { type GitRepository, nameOf } from '../flux/index.ts';
import { EngineError, type Environment, messageOf } from '../support/index.ts';
import { SourceError, type SourceErrorCode } from './errors.ts';

/** @throws SourceError code `offline` before anything is sent to a host that is not allowed */
export function requireConsent(source: GitRepository, url: string, { consent }: Pick<Environment, 'consent'>): void {
  const { host } = new URL(url);
  if (!consent.allowed(host)) {
    throw new SourceError('offline', `${nameOf(source)}: ${url}: requests to ${host} are not allowed`, { url, host });
  }
}

/** Runs what asks a repository; what goes wrong there names the source and the URL. */
export async function gitFailing<T>(source: GitRepository, url: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof SourceError && error.url === undefined) {
      throw new SourceError(error.code, `${nameOf(source)}: ${url}: ${error.message}`, {
        url,
        host: new URL(url).host,
        cause: error,
      });
    }
    if (error instanceof SourceError || !(error instanceof EngineError)) {
      throw error;
    }
    throw new SourceError(codeOf(error.code), `${nameOf(source)}: ${url}: ${messageOf(error)}`, {
      url,
      host: new URL(url).host,
      cause: error,
    });
  }
}

/** @see GitFailure */
function codeOf(failure: string): SourceErrorCode {
  switch (failure) {
    case 'unauthorized':
    case 'forbidden':
    case 'not-found':
    case 'host-key':
    case 'rate-limited':
    case 'network':
    case 'tls':
    case 'timeout':
    case 'too-large':
      return failure;
    case 'no-git':
      return 'unsupported';
    default:
      return 'server';
  }
}
