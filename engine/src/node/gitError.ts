import { EngineError, type GitFailure, redact } from '../support/index.ts';

/** Git did not do what it was asked. */
export class GitError extends EngineError {
  override readonly name = 'GitError';
  readonly code: GitFailure;

  constructor(code: GitFailure, message: string, options?: ErrorOptions) {
    super(redact(message), options);
    this.code = code;
  }
}

/** What git wrote to standard error, as a code and in one line. */
export function gitErrorOf(errors: string, exitCode: number | null): GitError {
  const lines = errors
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:warning|hint):|^@+$/i.test(line));
  const code = failures.find(([pattern]) => pattern.test(errors))?.[1] ?? 'failed';
  const said =
    (errors.includes('IDENTIFICATION HAS CHANGED')
      ? 'the server shows another host key than known_hosts has'
      : undefined) ??
    lines.find((line) => telling.test(line)) ??
    lines.find((line) => line.startsWith('fatal: ')) ??
    lines.at(-1) ??
    `git ended with ${String(exitCode)}`;
  return new GitError(code, said.replace(/^(?:fatal|error|remote): (?:(?:fatal|error): )?/i, ''));
}

/** The line that says more than `Could not read from remote repository.` */
const telling =
  /host key|Permission denied|Could not resolve host|Connection (?:refused|reset|timed out|closed)|incorrect passphrase|error in libcrypto/i;

/** The first that fits. Git's messages in English, as LC_ALL=C gives them. */
const failures: readonly (readonly [RegExp, GitFailure])[] = [
  [/Host key verification failed|host key is known|REMOTE HOST IDENTIFICATION HAS CHANGED/i, 'host-key'],
  [/Authentication failed|could not read (?:Username|Password)|returned error: 401/i, 'unauthorized'],
  [/Permission denied|Load key|no such identity/i, 'unauthorized'],
  [/returned error: 403|access denied/i, 'forbidden'],
  [/returned error: 429/i, 'rate-limited'],
  [
    /couldn't find remote ref|not our ref|unadvertised object|not a valid SHA1|nonexistent object|remote error: upload-pack/i,
    'not-found',
  ],
  [/returned error: 404|repository .*not found|does not appear to be a git repository/i, 'not-found'],
  [/no such repository|repository not exported/i, 'not-found'],
  [/SSL|certificate|gnutls/i, 'tls'],
  [/timed out|timeout/i, 'timeout'],
  [/Could not resolve|Name or service not known|Failed to connect|unable to connect|Connection|Network/i, 'network'],
  // What curl says of a connection that broke, depending on when it notices.
  [/not connected|(?:Send|Recv) failure|Empty reply/i, 'network'],
  [/early EOF|hung up|RPC failed|bad pack|index-pack failed/i, 'network'],
];
