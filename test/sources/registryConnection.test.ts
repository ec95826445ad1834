import { expect, test } from 'vitest';
import { issueCertificate, makeAuthority } from '../support/certificates.ts';
import { useOddRegistries } from '../support/oddRegistry.ts';
import { caught } from '../support/sourceFolder.ts';
import { secretLookup } from '../support/sourceWorld.ts';

/** How a registry is reached: with TLS, trusted or not, and through proxies. */
const { serve, serveProxy, take } = useOddRegistries('registry-connection');

test('TLS with an authority and a certificate from a Secret', async () => {
  const authority = makeAuthority('tests');
  const registry = await serve(
    {},
    {
      ...issueCertificate(authority, { addresses: ['127.0.0.1'] }),
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    },
  );
  const client = issueCertificate(authority, { dnsNames: ['client'] });
  const data = { 'ca.crt': authority.cert, 'tls.crt': client.cert, 'tls.key': client.key };
  const spec = { certSecretRef: { name: 'tls' } };
  expect(await take(registry, { spec, lookup: secretLookup({ tls: data }) })).toMatchObject({ name: 'store' });
  const without = secretLookup({ tls: { 'ca.crt': authority.cert } });
  expect((await caught(take(registry, { spec, lookup: without }))).code).toMatch(/^(tls|network)$/);
});

test('a registry with TLS that is not trusted says so, also where TLS is optional', async () => {
  const registry = await serve({}, issueCertificate(makeAuthority('tests'), { addresses: ['127.0.0.1'] }));
  const error = await caught(take(registry));
  expect(error.code).toBe('tls');
  expect(error.message).toMatch(
    /^OCIRepository\/apps\/store: GET https:.*the certificate is signed by an authority that is not trusted$/,
  );
});

test('insecure takes any certificate, and no TLS where there is none', async () => {
  const registry = await serve({}, issueCertificate(makeAuthority('tests'), { dnsNames: ['other.example.com'] }));
  expect(await take(registry, { spec: { insecure: true } })).toMatchObject({ name: 'store' });
  expect(await take(await serve(), { spec: { insecure: true } })).toMatchObject({ name: 'store' });
});

test('a proxy from a Secret, with TLS and without', async () => {
  const proxy = await serveProxy();
  const authority = makeAuthority('tests');
  const secure = await serve({}, issueCertificate(authority, { addresses: ['127.0.0.1'] }));
  const data = { address: `http://${proxy.host}`, username: 'pam', password: 'proxy-hunter22' };
  const lookup = secretLookup({ proxy: data, tls: { 'ca.crt': authority.cert } });
  await take(secure, { spec: { proxySecretRef: { name: 'proxy' }, certSecretRef: { name: 'tls' } }, lookup });
  expect(new Set(proxy.requests.map((request) => request.path))).toEqual(new Set([secure.host]));
  const plain = await serve();
  await take(plain, { spec: { proxySecretRef: { name: 'proxy' } }, lookup });
  expect(
    proxy.requests.some((request) => request.path === `http://${plain.host}/v2/charts/store/tags/list?n=1000`),
  ).toBe(true);
});

test.for([
  { name: 'no address', data: {}, want: "invalid 'apps/proxy' secret data: required field 'address' is missing" },
  { name: 'no URL', data: { address: 'x' }, want: "invalid 'apps/proxy' secret data: 'address' is not a URL" },
])('a proxy with $name', async ({ data, want }) => {
  const lookup = secretLookup({ proxy: data });
  const error = await caught(take(await serve(), { spec: { proxySecretRef: { name: 'proxy' } }, lookup }));
  expect(error).toMatchObject({ code: 'invalid-credentials', message: want });
});

test('a proxy of a kind that is not supported', async () => {
  const lookup = secretLookup({ proxy: { address: 'socks5://127.0.0.1:1', password: 'x', username: 'hunter22' } });
  const registry = await serve();
  const error = await caught(take(registry, { spec: { proxySecretRef: { name: 'proxy' } }, lookup }));
  expect(error.message).toMatch(/a proxy of type socks5 is not supported$/);
  expect(registry.requests).toEqual([]);
});
