import process from 'node:process';

/** One Ctrl-C comes twice where npm or npx stands between: from the terminal, and passed on. A second one comes later. */
const oneCtrlCMs = 1000;

/**
 * Aborted when somebody wants this process to end: what was begun in a cluster is then recorded and unlocked first. A
 * second time ends it at once.
 */
export function interrupts(): AbortSignal {
  const stop = new AbortController();
  let stoppedAtMs = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!stop.signal.aborted) {
        stoppedAtMs = performance.now();
        stop.abort();
      } else if (performance.now() - stoppedAtMs > oneCtrlCMs) {
        process.exit(130);
      }
    });
  }
  return stop.signal;
}

/** Goes on where nobody reads any more, as behind `| head`: half an upgrade is worse than one that nobody saw. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {
      if (process.argv.includes('--watch')) {
        // It has no end of its own.
        process.kill(process.pid, 'SIGTERM');
      }
    });
  }
}
