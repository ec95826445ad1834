import { isMap } from '../gostd/index.ts';
import type { BasicCredentials, Files, HttpTls } from '../support/index.ts';
import { limits } from '../support/index.ts';
import { decode, YamlError } from '../yaml/index.ts';

/**
 * The login that `helm repo add` kept for a repository's URL in the text of `repositories.yaml`; undefined without one.
 *
 * @see helm v4.3.1 pkg/repo/v1/repo.go, Entry
 */
export async function loginOfHelmRepositories(
  text: string,
  repositoryUrl: string,
  { from, files, signal }: { readonly from: string; readonly files: Files; readonly signal: AbortSignal },
): Promise<BasicCredentials | undefined> {
  const wanted = withoutSlash(repositoryUrl);
  const entry = entriesOf(text).find((candidate) => withoutSlash(textOf(candidate, 'url')) === wanted);
  if (entry === undefined) {
    return undefined;
  }
  const read = async (field: string): Promise<string | undefined> => {
    const path = textOf(entry, field);
    const bytes = path === '' ? undefined : await files.read(path, { signal, maxBytes: limits.maxDocumentBytes });
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  };
  const [ca, cert, key] = await Promise.all(['caFile', 'certFile', 'keyFile'].map(read));
  const isInsecure = entry['insecure_skip_tls_verify'] === true;
  const tls: HttpTls = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(isInsecure && { isInsecure }),
  };
  const username = textOf(entry, 'username');
  const hasTls = Object.keys(tls).length > 0;
  return username === '' && !hasTls
    ? undefined
    : { username, password: textOf(entry, 'password'), ...(hasTls && { tls }), from };
}

type Entry = Readonly<Record<string, unknown>>;

/** None where the file is none of Helm's. */
function entriesOf(text: string): readonly Entry[] {
  try {
    const file: unknown = decode(text);
    const repositories: unknown = isMap(file) ? file['repositories'] : undefined;
    return Array.isArray(repositories) ? repositories.filter(isMap) : [];
  } catch (error) {
    if (error instanceof YamlError) {
      return [];
    }
    throw error;
  }
}

function textOf(entry: Entry, field: string): string {
  const value = entry[field];
  return typeof value === 'string' ? value : '';
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
