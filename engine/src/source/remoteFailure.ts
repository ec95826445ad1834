import { type Bucket, type GitRepository, nameOf } from '../flux/index.ts';
import { EngineError, type Environment, messageOf } from '../support/index.ts';
import { SourceError, type SourceErrorCode } from './errors.ts';

type RemoteSource = GitRepository | Bucket;

/** @throws SourceError code `offline` before anything is sent to a host that is not allowed */
export function requireConsent(source: RemoteSource, url: string, { consent }: Pick<Environment, 'consent'>): void {
  const { host } = new URL(url);
  if (!consent.allowed(host)) {
    throw new SourceError('offline', `${nameOf(source)}: ${url}: requests to ${host} are not allowed`, { url, host });
  }
}

/** Runs what asks a repository or a bucket; what goes wrong there names the source and the URL. */
export async function remoteFailing<T>(source: RemoteSource, url: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof EngineError) || (error instanceof SourceError && error.url !== undefined)) {
      throw error;
    }
    const code = error instanceof SourceError ? error.code : codeOf(error.code);
    const { host } = new URL(url);
    throw new SourceError(code, `${nameOf(source)}: ${url}: ${messageOf(error)}`, { url, host, cause: error });
  }
}

/** @see GitFailure, BucketFailure */
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
