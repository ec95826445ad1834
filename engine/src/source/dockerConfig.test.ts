import { expect, test } from 'vitest';
import { dockerServerName, loginOfDockerConfig } from './index.ts';

const config = (auths: unknown, more: object = {}): string => JSON.stringify({ auths, ...more });
const login = { kind: 'password', username: 'joe', password: 'p:w' };
const fields = { username: 'joe', password: 'p:w' };
const other = { username: 'eve', password: 'x' };

test.for([
  {
    name: 'auth',
    text: config({ 'ghcr.io': { auth: Buffer.from('joe:p:w').toString('base64') } }),
    host: 'ghcr.io',
    want: login,
  },
  { name: 'fields', text: config({ 'https://ghcr.io/v2/': fields }), host: 'ghcr.io', want: login },
  {
    name: "Docker Hub's old name",
    text: config({ 'https://index.docker.io/v1/': fields }),
    host: 'registry-1.docker.io',
    want: login,
  },
  { name: 'another port is another host', text: config({ 'ghcr.io': fields }), host: 'ghcr.io:443', want: undefined },
  {
    name: 'an identity token',
    text: config({ 'ghcr.io': { identitytoken: 't' } }),
    host: 'ghcr.io',
    want: { kind: 'identityToken', token: 't' },
  },
  { name: 'nobody logged in', text: '{}', host: 'ghcr.io', want: undefined },
  { name: 'not an object', text: '[]', host: 'ghcr.io', want: undefined },
  {
    name: 'a path, where the repository is below it',
    text: config({ 'ghcr.io': other, 'ghcr.io/org': fields, 'ghcr.io/org/other': other }),
    host: 'ghcr.io',
    path: 'org/charts/app',
    want: login,
  },
  {
    name: 'a path, where the repository is beside it',
    text: config({ 'ghcr.io/organization': other }),
    host: 'ghcr.io',
    path: 'org/charts',
    want: undefined,
  },
  {
    name: 'a star for a part of the name',
    text: config({ '*.dkr.ecr.*.amazonaws.com': fields }),
    host: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
    want: login,
  },
  { name: 'a star is no dot', text: config({ '*.example.com': fields }), host: 'a.b.example.com', want: undefined },
  {
    name: 'a star in a part',
    text: config({ 'reg*-*.example.com': fields }),
    host: 'registry-eu.example.com',
    want: login,
  },
  {
    name: 'a star that does not fit',
    text: config({ 'a*a.example.com': fields }),
    host: 'a.example.com',
    want: undefined,
  },
  {
    name: 'the host itself before a star',
    text: config({ '*.example.com': other, 'r.example.com': fields }),
    host: 'r.example.com',
    want: login,
  },
  {
    name: 'a helper for the host',
    text: config({}, { credHelpers: { 'ecr.example.com': 'ecr-login' }, credsStore: 'desktop' }),
    host: 'ecr.example.com',
    want: { kind: 'helper', name: 'ecr-login' },
  },
  {
    name: 'a helper for everything else, also where an empty entry says that there is a login',
    text: config({ 'ghcr.io': {} }, { credHelpers: { 'ecr.example.com': 'ecr-login' }, credsStore: 'desktop' }),
    host: 'ghcr.io',
    want: { kind: 'helper', name: 'desktop' },
  },
])('$name', ({ text, host, path, want }) => {
  expect(loginOfDockerConfig(text, host, { from: 'config.json', ...(path !== undefined && { path }) })).toEqual(want);
});

test.for([
  { name: 'no JSON', text: '{"auths": hunter22', want: 'Secret a/b: the Docker configuration is not JSON' },
  {
    name: 'an auth without a colon',
    text: config({ 'ghcr.io': { auth: Buffer.from('hunter22').toString('base64') } }),
    want: 'Secret a/b: auth of ghcr.io is not base64 of user:password',
  },
])('$name is told without its text', ({ text, want }) => {
  let thrown: unknown;
  try {
    loginOfDockerConfig(text, 'ghcr.io', { from: 'Secret a/b' });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'invalid-credentials', message: want });
  expect(thrown instanceof Error ? thrown.cause : 'none').toBeUndefined();
});

test('Docker Hub has a name of its own', () => {
  expect(['registry-1.docker.io', 'ghcr.io'].map(dockerServerName)).toEqual(['https://index.docker.io/v1/', 'ghcr.io']);
});
