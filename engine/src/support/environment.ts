/**
 * The outside world, as interfaces. The engine reads the clock, the network, files and programs only through these;
 * `engine/src/node` and the extension host implement them.
 */

/** What every function that waits for something takes. */
export interface Abortable {
  readonly signal: AbortSignal;
}

/** Time, which tests make pass by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, options: Abortable): Promise<void>;
}

/** Bytes for templates that ask for random ones. A preview replays; a release takes fresh ones. */
export interface Random {
  bytes(count: number): Uint8Array;
}

/** One request, with its bounds. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Reading stops with `SourceError` code `too-large` past this many bytes. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
  /** Certificates that a source brings along, beside those the machine trusts. */
  readonly tls?: HttpTls;
  /** The proxy that a source names, instead of the machine's own. */
  readonly proxy?: HttpProxy;
}

/** PEM texts. */
export interface HttpTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Takes any certificate; only where a source says so itself. */
  readonly isInsecure?: boolean;
}

/** A proxy. */
export interface HttpProxy {
  /** `http://` or `https://`, with user and password where it has them: never shown. */
  readonly url: string;
}

/** An answer, whatever its status. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The URL after redirects. */
  readonly url: string;
}

/** Plain requests. Credentials are headers the caller set; a redirect to another host drops `authorization`. */
export interface Http {
  request(request: HttpRequest, options: Abortable): Promise<HttpResponse>;
}

/** An entry of a folder; a link is not followed. */
export interface FileEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** Files by absolute path. A missing file is `undefined`, never an error. */
export interface Files {
  read(path: string, options: Abortable & { readonly maxBytes: number }): Promise<Uint8Array | undefined>;
  list(path: string, options: Abortable): Promise<readonly FileEntry[] | undefined>;
  /** Path without links, or `undefined` where nothing is. */
  realPath(path: string, options: Abortable): Promise<string | undefined>;
  /** What a link says, as it stands there; `undefined` of anything else. Absent: errors tell less of links. */
  linkTarget?(path: string, options: Abortable): Promise<string | undefined>;
}

/** What the engine asks of Git about the working copy; repositories elsewhere are `GitRemotes`. */
export interface Git {
  /** Root, remotes and HEAD of the clone that holds `path`, or `undefined` outside of any. */
  describe(path: string, options: Abortable): Promise<WorkingCopy | undefined>;
}

/** A clone on disk. */
export interface WorkingCopy {
  readonly root: string;
  readonly remoteUrls: readonly string[];
  readonly branch: string | undefined;
  readonly head: string | undefined;
}

/**
 * The user's own logins. Answers `undefined` where nobody said anything: then the request goes without.
 * Only asked about hosts that may be asked themselves, since programs of the user may be run for an answer.
 */
export interface Credentials {
  forHost(host: string, options: Abortable & CredentialHints): Promise<BasicCredentials | undefined>;
}

/** What more is known of who is to be logged in to. */
export interface CredentialHints {
  /** Of a repository within a registry, where a login may be for a part of the registry: `org/charts`. */
  readonly path?: string;
  /** The cloud whose registry it is: `aws`, `azure`, `gcp`. */
  readonly provider?: string;
  /** Of a chart repository over HTTP, where logins are kept by URL. */
  readonly repositoryUrl?: string;
}

/** A login. */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
  /** Whether the password is a token that the registry's token service changes for another. */
  readonly isIdentityToken?: boolean;
  /** Certificates that belong to the login. */
  readonly tls?: HttpTls;
  /** What answered, for people: never the secret itself. */
  readonly from: string;
}

/** Whether the user allowed requests to this host (`example.com`, `localhost:5000`). Not allowed means offline. */
export interface Consent {
  allowed(host: string): boolean;
}

/** Where messages for developers go; whoever writes them down redacts them. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** All of it, as an operation is given it. */
export interface Environment {
  readonly clock: Clock;
  readonly random: Random;
  readonly http: Http;
  readonly files: Files;
  readonly git: Git;
  readonly credentials: Credentials;
  readonly consent: Consent;
  readonly log: Log;
}
