import { expect, test } from 'vitest';
import type { HttpRequest, HttpResponse } from '../support/index.ts';
import { createSourceAnswers, memoryCache, type SourceQuestion, type SourceWorld } from './index.ts';

const index = (...versions: readonly string[]): string =>
  `apiVersion: v1\nentries:\n  web:\n${versions.map((version) => `  - name: web\n    version: ${version}\n`).join('')}`;

const question = (chart: string, name = 'shop'): SourceQuestion => ({
  source: {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmRepository',
    metadata: { name },
    spec: { url: 'https://charts.example.com' },
  },
  uri: 'file:///a.yaml',
  chart,
});

interface Scene {
  readonly world: SourceWorld;
  readonly requests: HttpRequest[];
  /** Milliseconds since 1970. */
  now: number;
  allowed: boolean;
  /** What the next requests are answered with. */
  answer: () => HttpResponse | Promise<HttpResponse>;
}

const ok = (text: string): HttpResponse => ({
  status: 200,
  headers: {},
  body: new TextEncoder().encode(text),
  url: 'https://charts.example.com/index.yaml',
});

function scene(): Scene {
  const nothing = (): void => undefined;
  const requests: HttpRequest[] = [];
  const made: Scene = {
    requests,
    now: 1_000_000,
    allowed: true,
    answer: () => ok(index('1.0.0')),
    world: {
      cache: memoryCache({ maxBytes: 1_000_000 }),
      localSources: {},
      environment: {
        clock: { now: () => made.now, sleep: () => Promise.resolve() },
        random: { bytes: (count) => new Uint8Array(count) },
        http: {
          request: async (request) => {
            requests.push(request);
            return await made.answer();
          },
        },
        files: {
          read: () => Promise.resolve(undefined),
          list: () => Promise.resolve(undefined),
          realPath: () => Promise.resolve(undefined),
        },
        git: { describe: () => Promise.resolve(undefined) },
        credentials: { forHost: () => Promise.resolve(undefined) },
        consent: { allowed: () => made.allowed },
        log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
      },
    },
  };
  return made;
}

const { signal } = new AbortController();

/** Asks as a keystroke does, and waits for what comes of it. */
async function settled(answers: ReturnType<typeof createSourceAnswers>, asked: SourceQuestion): Promise<unknown> {
  const changed = new Promise<void>((resolve) => {
    answers.onChange(resolve);
  });
  answers.versions(asked);
  await changed;
  const { versions, problem } = answers.versions(asked);
  return { versions: versions.map(({ version }) => version), ...(problem && { code: problem.code }) };
}

test('many questions at once are one request, and later ones none while the list is young', async () => {
  const here = scene();
  const answers = createSourceAnswers(here.world, { signal });
  expect(answers.versions(question('web'))).toEqual({ versions: [] });
  const many = Array.from({ length: 20 }, () => answers.versionsNow(question('web'), { signal }));
  many.push(answers.versionsNow(question('web', 'other-name'), { signal }));
  expect((await Promise.all(many)).map(({ versions }) => versions.length)).toEqual(Array(21).fill(1));
  answers.versions(question('web'));
  here.now += 299_000;
  await answers.versionsNow(question('other'), { signal });
  expect(here.requests).toHaveLength(1);
  here.now += 2_000;
  await answers.versionsNow(question('web'), { signal });
  expect(here.requests).toHaveLength(2);
});

test('what another window fetched shows before a slow repository answers', async () => {
  const here = scene();
  await createSourceAnswers(here.world, { signal }).versionsNow(question('web'), { signal });
  here.now += 3_600_000;
  let answer: (response: HttpResponse) => void = () => undefined;
  here.answer = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  const answers = createSourceAnswers(here.world, { signal });
  expect(await settled(answers, question('web'))).toEqual({ versions: ['1.0.0'] });
  const changed = new Promise<void>((resolve) => {
    answers.onChange(resolve);
  });
  await expect.poll(() => here.requests.length).toBe(2);
  answer(ok(index('1.0.0', '1.1.0')));
  await changed;
  expect(answers.versions(question('web')).versions).toHaveLength(2);
});

test('a failed refresh keeps the list, says why, and is not repeated with every keystroke', async () => {
  const here = scene();
  const answers = createSourceAnswers(here.world, { signal });
  await answers.versionsNow(question('web'), { signal });
  here.now += 600_000;
  here.answer = () => ({ ...ok(''), status: 429, headers: { 'retry-after': '120' } });
  expect(await settled(answers, question('web'))).toEqual({ versions: ['1.0.0'], code: 'rate-limited' });
  for (let i = 0; i < 10; i++) {
    here.now += 11_000;
    answers.versions(question('web'));
  }
  expect(here.requests).toHaveLength(2);
  here.now += 11_000;
  here.answer = () => ok(index('2.0.0'));
  expect(await settled(answers, question('web'))).toEqual({ versions: ['2.0.0'] });
  expect(here.requests).toHaveLength(3);
});

test('an index that cannot be read does not take the place of the last good one', async () => {
  const here = scene();
  const answers = createSourceAnswers(here.world, { signal });
  await answers.versionsNow(question('web'), { signal });
  here.now += 600_000;
  here.answer = () => ok('<html>Sign in: here</html>');
  const { versions, problem } = await answers.versionsNow(question('web'), { signal });
  expect(versions).toHaveLength(1);
  expect(problem).toMatchObject({ code: 'invalid-index' });
  expect(problem?.message).toContain('read index https://charts.example.com: ');
});

test('after a login, what failed is asked for again at once', async () => {
  const here = scene();
  const answers = createSourceAnswers(here.world, { signal });
  here.answer = () => ({ ...ok(''), status: 401 });
  expect(await settled(answers, question('web'))).toEqual({ versions: [], code: 'unauthorized' });
  here.answer = () => ok(index('1.0.0'));
  answers.versions(question('web'));
  expect(here.requests).toHaveLength(1);
  answers.askAgain();
  expect(await settled(answers, question('web'))).toEqual({ versions: ['1.0.0'] });
});

test('a host that is not allowed is not asked, and is wanted', async () => {
  const here = scene();
  here.allowed = false;
  const answers = createSourceAnswers(here.world, { signal });
  expect(await settled(answers, question('web'))).toEqual({ versions: [], code: 'offline' });
  expect(answers.wantedHosts()).toEqual(['charts.example.com']);
  expect(here.requests).toEqual([]);
  here.allowed = true;
  expect(await settled(answers, question('web'))).toEqual({ versions: ['1.0.0'] });
});

test('one who gives up does not take the answer from the others', async () => {
  const here = scene();
  let answer: (response: HttpResponse) => void = () => undefined;
  here.answer = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  const answers = createSourceAnswers(here.world, { signal });
  const controller = new AbortController();
  const first = answers.versionsNow(question('web'), { signal: controller.signal });
  const second = answers.versionsNow(question('web'), { signal });
  await expect.poll(() => here.requests.length).toBe(1);
  controller.abort();
  await expect(first).rejects.toThrow(/abort/i);
  answer(ok(index('1.0.0')));
  expect((await second).versions).toHaveLength(1);
});
