import { expect, test } from 'vitest';
import { Logins, type LoginStorage } from './logins.ts';

interface MemoryStorage extends LoginStorage {
  readonly secret: ReadonlyMap<string, string>;
  readonly plain: ReadonlyMap<string, unknown>;
}

function memoryStorage(): MemoryStorage {
  const secret = new Map<string, string>();
  const plain = new Map<string, unknown>();
  return {
    secret,
    plain,
    secrets: {
      get: (key) => Promise.resolve(secret.get(key)),
      store: (key, value) => {
        secret.set(key, value);
        return Promise.resolve();
      },
      delete: (key) => {
        secret.delete(key);
        return Promise.resolve();
      },
    },
    globalState: {
      get: <T>(key: string, fallback?: T) => (plain.get(key) ?? fallback) as T, // what was put under the key
      update: (key, value) => {
        plain.set(key, value);
        return Promise.resolve();
      },
    },
  };
}

test('a login is kept as a secret, for its host, until it is forgotten', async () => {
  const storage = memoryStorage();
  const logins = new Logins(storage);
  await logins.save('ghcr.io', { username: 'joe', password: 'hunter22' });
  await logins.save('Docker.io', { username: 'eve', password: 'x' });
  expect(logins.hosts).toEqual(['ghcr.io', 'registry-1.docker.io']);
  const from = 'Fairlead: Log In to Chart Host';
  // Another window reads what this one wrote.
  const other = new Logins(storage);
  expect(await other.forHost('ghcr.io')).toEqual({ username: 'joe', password: 'hunter22', from });
  expect(await other.forHost('registry-1.docker.io')).toMatchObject({ username: 'eve' });
  expect(await other.forHost('quay.io')).toBeUndefined();
  expect(JSON.stringify([...storage.plain])).not.toMatch(/hunter22|joe/);
  await other.forget('ghcr.io');
  expect(await logins.forHost('ghcr.io')).toBeUndefined();
  expect([...storage.secret.keys()]).toEqual(['fairlead.login:registry-1.docker.io']);
});
