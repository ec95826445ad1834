import { afterEach, expect, test, vi } from 'vitest';
import { localTimeZone } from './timeZone.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('the machine’s zone is the one that the engine has', () => {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect(new Intl.DateTimeFormat('en', { timeZone: localTimeZone() }).resolvedOptions().timeZone).toBe(own);
});

test.for(['', 'UTC', 'Etc/UTC', 'Zulu'])('TZ=%s is UTC', (name) => {
  vi.stubEnv('TZ', name);
  expect(localTimeZone()).toBe('UTC');
});
