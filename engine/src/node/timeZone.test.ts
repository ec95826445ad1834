import { afterEach, expect, test, vi } from 'vitest';
import { localTimeZone } from './timeZone.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('the machine’s zone is the one that the engine has', () => {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect(new Intl.DateTimeFormat('en', { timeZone: localTimeZone() }).resolvedOptions().timeZone).toBe(own);
});

test.for(['', ':', 'UTC', ':UTC', 'Etc/UTC', 'Zulu', 'utc', 'Nowhere/City', 'UTC+3', '/nowhere'])(
  'TZ=%s is UTC',
  (name) => {
    vi.stubEnv('TZ', name);
    expect(localTimeZone()).toBe('UTC');
  },
);

test.for([
  ['Europe/Berlin', 'Europe/Berlin'],
  [':Asia/Tokyo', 'Asia/Tokyo'],
  ['/usr/share/zoneinfo/Asia/Tokyo', 'Asia/Tokyo'],
  ['EST5EDT', 'EST5EDT'],
  ['GMT', 'GMT'],
] as const)('TZ=%s is %s', ([variable, want]) => {
  vi.stubEnv('TZ', variable);
  expect(localTimeZone()).toBe(want);
});
