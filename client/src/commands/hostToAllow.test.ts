import { expect, test } from 'vitest';
import { SourceError } from '@fairlead/engine/source';
import { hostToAllow } from './hostToAllow.ts';

test('an error that waits for consent names its host, also from below', () => {
  const offline = new SourceError('offline', 'requests to git.example.com are not allowed', {
    host: 'git.example.com',
  });
  expect(hostToAllow(offline)).toBe('git.example.com');
  expect(hostToAllow(new Error('plan', { cause: offline }))).toBe('git.example.com');
});

test('other errors wait for nothing', () => {
  expect(hostToAllow(new SourceError('network', 'no connection', { host: 'git.example.com' }))).toBeUndefined();
  expect(hostToAllow('offline')).toBeUndefined();
});
