/** What two URLs of one Git repository have in common. */
interface GitLocation {
  readonly host: string;
  /** Without slashes around it and without `.git`. */
  readonly path: string;
  /** Of http and https URLs; over ssh it says nothing about the repository. */
  readonly port: string | undefined;
}

/** Whether two URLs name one repository: `ssh://git@host/a/b`, `git@host:a/b.git` and `https://host/a/b` do. */
export function sameRepository(a: string, b: string): boolean {
  const left = locate(a);
  const right = locate(b);
  if (left === undefined || right === undefined) {
    return false;
  }
  const samePort = left.port === undefined || right.port === undefined || left.port === right.port;
  return left.host === right.host && left.path === right.path && samePort;
}

function locate(url: string): GitLocation | undefined {
  const scp = /^(?:[^/@:\s]+@)?([^/:\s]+):(?!\/\/)(.+)$/.exec(url);
  if (scp !== null && !url.includes('://')) {
    return location(scp[1] ?? '', scp[2] ?? '', undefined);
  }
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return undefined;
  }
  const { protocol, hostname, pathname, port } = parsed;
  switch (protocol) {
    case 'http:':
      return location(hostname, pathname, port === '' ? '80' : port);
    case 'https:':
      return location(hostname, pathname, port === '' ? '443' : port);
    case 'ssh:':
    case 'git:':
    case 'git+ssh:':
      return location(hostname, pathname, undefined);
    default:
      return undefined;
  }
}

function location(host: string, path: string, port: string | undefined): GitLocation {
  return {
    host: host.toLowerCase(),
    path: path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, ''),
    port,
  };
}
