/**
 * Keys and certificates are other ones in every render, so they are not compared with Sprig's byte by byte: Go reads
 * both and has to find the same in them, OpenSSL (Node's TLS) has to accept them, and each side has to read what the
 * other one made.
 */
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import { RenderError, renderChart } from '@fairlead/engine/render';
import { describe, expect, test } from 'vitest';
import { listenOnLoopback } from '../../scripts/servers/listen.ts';
import { textBytes } from '../support/oracle.ts';
import { chartFrom, requestOf } from '../support/renderRequests.ts';
import { useOracle } from '../support/useOracle.ts';

const oracle = useOracle();

/** What a template writes, or why it fails, in this renderer. */
function ours(text: string): string {
  const chart = chartFrom({
    'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 0.1.0\n',
    'templates/t.yaml': text,
  });
  const world = { now: () => Date.now(), randomBytes: (count: number) => randomBytes(count), timeZone: 'UTC' };
  try {
    const { files } = renderChart(requestOf(chart, { world }));
    return files.get('c/templates/t.yaml') ?? '';
  } catch (error) {
    if (error instanceof RenderError) {
      return reasonIn(error.message);
    }
    throw error;
  }
}

/** The same in Helm's. */
async function helms(text: string): Promise<string> {
  const answer = await oracle.ask({ op: 'template', text, data: {}, funcs: 'helm' });
  return 'error' in answer ? reasonIn(answer.error) : textBytes(answer.output).toString('utf8');
}

/** Behind the place and the arguments, which hold keys. */
function reasonIn(message: string): string {
  return `failed: ${message.slice(message.lastIndexOf('error calling'))}`;
}

interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** The certificates that a template writes as a list of JSON. */
function pairsIn(text: string): readonly Pair[] {
  const pairs: unknown = JSON.parse(text);
  if (!Array.isArray(pairs)) {
    throw new Error(text);
  }
  return pairs as Pair[]; // the templates below
}

/** A template that writes certificates: the first signs the others, unless it stands alone. */
function writing(...calls: readonly string[]): string {
  const made = calls.map((call, i) => `{{ $c${i} := ${call} }}`).join('');
  const written = calls.map((_, i) => `(dict "cert" $c${i}.Cert "key" $c${i}.Key)`).join(' ');
  return `${made}{{ list ${written} | toJson }}`;
}

describe('certificates', () => {
  const key = (kind: string): string => `(genPrivateKey "${kind}")`;
  const names = '(list "10.0.0.1" "::1" "::ffff:1.2.3.4") (list "svc.ns.svc" "*.example.com" "localhost")';
  const cases = [
    { name: 'an authority', calls: ['genCA "Fairlead & co" 365'] },
    { name: 'one with a name in other letters', calls: ['genCA "Führung @ 山" 1'] },
    { name: 'one without a name', calls: ['genCA "" 10'] },
    { name: 'one by an ECDSA key', calls: [`genCAWithKey "ca" 7 ${key('ecdsa')}`] },
    { name: 'one by an Ed25519 key', calls: [`genCAWithKey "ca" 7 ${key('ed25519')}`] },
    { name: 'one that signs itself', calls: [`genSelfSignedCert "localhost" ${names} 30`] },
    { name: 'the same for nobody', calls: ['genSelfSignedCert "localhost" nil nil 30'] },
    { name: 'the same without a subject', calls: [`genSelfSignedCert "" ${names} 30`] },
    { name: 'the same by a key', calls: [`genSelfSignedCertWithKey "x" ${names} 30 ${key('ecdsa')}`] },
    { name: 'a signed one', calls: ['genCA "ca" 365', `genSignedCert "svc" ${names} 5 $c0`] },
    {
      name: 'signed across kinds of keys',
      calls: [`genCAWithKey "ca" 365 ${key('ecdsa')}`, `genSignedCert "svc" ${names} 5 $c0`],
    },
    {
      name: 'signed with a key of its own',
      calls: [`genCAWithKey "ca" 365 ${key('ed25519')}`, `genSignedCertWithKey "svc" ${names} 5 $c0 ${key('ecdsa')}`],
    },
    // Nothing in it tells it from one that signs itself, OpenSSL says.
    {
      name: 'of the same name as its authority',
      calls: ['genCA "svc" 365', `genSignedCert "svc" ${names} 5 $c0`],
      verdict: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    },
    {
      name: 'that ended before it began',
      calls: ['genCA "ca" 365', `genSignedCert "svc" ${names} -5 $c0`],
      verdict: 'CERT_HAS_EXPIRED',
    },
  ];
  test.for(cases)('$name', { timeout: 60_000 }, async ({ calls, verdict = 'accepted' }) => {
    const text = writing(...calls);
    const mine = pairsIn(ours(text));
    const want = pairsIn(await helms(text));
    const describe = (pairs: readonly Pair[]): Promise<readonly unknown[]> =>
      oracle.askAll(pairs.map((pair) => ({ op: 'certificate', ...pair }) as const));
    expect(await describe(mine)).toEqual(await describe(want));
    for (const { cert, key: pem } of mine) {
      expect(new X509Certificate(cert).checkPrivateKey(createPrivateKey(pem))).toBe(true);
    }
    const [authority, signed] = mine;
    if (authority !== undefined && signed !== undefined) {
      const judged = await oracle.ask({ op: 'certificate', ...signed, roots: authority.cert, name: 'svc.ns.svc' });
      expect('error' in judged).toBe(verdict === 'CERT_HAS_EXPIRED');
      expect(await handshake(signed, authority.cert)).toBe(verdict);
      expect(await Promise.all(want.slice(1).map((pair) => handshake(pair, want[0]?.cert ?? '')))).toEqual([verdict]);
    }
  });

  test('a chain of this side signs on with the other side’s functions, and the other way round', async () => {
    const [ca] = pairsIn(ours(writing('genCA "ca" 365')));
    const [foreign] = pairsIn(await helms(writing('genCA "ca" 365')));
    if (ca === undefined || foreign === undefined) {
      throw new Error('no certificates');
    }
    const from = ({ cert, key }: Pair): string =>
      writing(
        `buildCustomCert ${JSON.stringify(btoa(cert))} ${JSON.stringify(btoa(key))}`,
        `genSignedCert "svc" nil (list "localhost") 5 $c0`,
      );
    const [, byHelm] = pairsIn(await helms(from(ca)));
    const [, byUs] = pairsIn(ours(from(foreign)));
    if (byHelm === undefined || byUs === undefined) {
      throw new Error('no certificates');
    }
    expect(await handshake(byHelm, ca.cert)).toBe('accepted');
    expect(await handshake(byUs, foreign.cert)).toBe('accepted');
    expect(await handshake(byUs, ca.cert)).not.toBe('accepted');
  });

  const refused = [
    { name: 'no address', text: '{{ (genSelfSignedCert "x" (list "1.2.3") nil 1).Cert }}' },
    { name: 'a number as an address', text: '{{ (genSelfSignedCert "x" (list 1) nil 1).Cert }}' },
    { name: 'a number as a name', text: '{{ (genSelfSignedCert "x" nil (list 1) 1).Cert }}' },
    { name: 'a name in other letters', text: '{{ (genSelfSignedCert "x" nil (list "bücher.example") 1).Cert }}' },
    { name: 'no key', text: '{{ (genCAWithKey "x" 1 "nonsense").Cert }}' },
    { name: 'a key that cannot sign', text: '{{ (genCAWithKey "x" 1 (genPrivateKey "dsa")).Cert }}' },
    { name: 'no base64', text: '{{ (buildCustomCert "%" "%").Cert }}' },
    { name: 'no certificate', text: '{{ (buildCustomCert "eA==" "eA==").Cert }}' },
    {
      name: 'another key than the authority’s',
      text: '{{ $k := genPrivateKey "ecdsa" }}{{ $a := genCAWithKey "a" 1 $k }}{{ $b := genCAWithKey "b" 1 (genPrivateKey "ecdsa") }}{{ (genSignedCertWithKey "x" nil nil 1 (buildCustomCert (b64enc $a.Cert) (b64enc $b.Key)) $k).Cert }}',
    },
  ];
  test.for(refused)('refused: $name', { timeout: 60_000 }, async ({ text }) => {
    const want = await helms(text);
    expect(want).toMatch(/^failed: /);
    expect(ours(text)).toBe(want);
  });
});

/** What OpenSSL says of a server with this certificate that goes by the name of localhost. */
async function handshake({ cert, key }: Pair, roots: string): Promise<string> {
  const server = tls.createServer({ cert, key }, (socket) => {
    socket.on('error', () => undefined);
    socket.end();
  });
  server.on('tlsClientError', () => undefined);
  const { port, close } = await listenOnLoopback(server);
  try {
    return await new Promise<string>((resolve) => {
      const socket = tls.connect({ host: '127.0.0.1', port, servername: 'localhost', ca: roots }, () => {
        resolve('accepted');
        socket.destroy();
      });
      socket.on('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code ?? error.message);
      });
    });
  } finally {
    await close();
  }
}

test.for(['rsa', 'ecdsa', 'ed25519', 'dsa', ''])('a private key of kind "%s"', { timeout: 60_000 }, async (kind) => {
  const text = `{{ genPrivateKey "${kind}" }}`;
  const [mine, want] = await oracle.askAll([
    { op: 'privateKey', key: ours(text) },
    { op: 'privateKey', key: await helms(text) },
  ]);
  expect(want).not.toHaveProperty('error');
  expect(mine).toEqual(want);
});

test('a private key of no kind', async () => {
  const text = '{{ genPrivateKey "x25519" }}';
  expect(ours(text)).toBe(await helms(text));
});

describe('passwords', () => {
  const passwords = ['', 'x', 'pässwörd 山', 'a'.repeat(72), 'a'.repeat(73)];
  test.for(passwords)('bcrypt and htpasswd of "%s"', { timeout: 60_000 }, async (password) => {
    const given = JSON.stringify(password);
    const hash = ours(`{{ bcrypt ${given} }}`);
    const line = ours(`{{ htpasswd "user" ${given} }}`);
    if (Buffer.byteLength(password) > 72) {
      expect([hash, line]).toEqual([
        await helms(`{{ bcrypt ${given} }}`),
        await helms(`{{ htpasswd "user" ${given} }}`),
      ]);
      return;
    }
    expect(line.startsWith('user:')).toBe(true);
    const judged = await oracle.askAll([
      { op: 'bcrypt', hash, password },
      { op: 'bcrypt', hash: line.slice('user:'.length), password },
      { op: 'bcrypt', hash: await helms(`{{ bcrypt ${given} }}`), password },
    ]);
    expect(judged).toEqual([{ cost: 10 }, { cost: 10 }, { cost: 10 }]);
    const other = await oracle.ask({ op: 'bcrypt', hash, password: `${password.slice(0, -1)}y` });
    expect(other).toHaveProperty('error');
  });

  test('a user with a colon', async () => {
    const text = '{{ htpasswd "a:b" "x" }}';
    expect(ours(text)).toBe(await helms(text));
  });

  const kinds = ['maximum', 'long', 'medium', 'short', 'basic', 'pin', 'other'];
  test.for(kinds)('derived: %s', { timeout: 60_000 }, async (kind) => {
    const text = [0, 1, 4_294_967_295]
      .flatMap((counter) =>
        ['user', 'Jörg', ''].map((user) => `{{ derivePassword ${counter} "${kind}" "päss" "${user}" "example.com" }}`),
      )
      .join('\n');
    expect(ours(text)).toBe(await helms(text));
  });
});

describe('AES', () => {
  const texts = ['x', 'fifteen letters', 'sixteen letters!', 'päss 山'.repeat(50)];
  test.for(texts)('there and back: "%s"', async (text) => {
    const given = JSON.stringify(text);
    for (const password of ['secret', 'p'.repeat(40), '山']) {
      const encrypt = `{{ encryptAES ${JSON.stringify(password)} ${given} }}`;
      const decrypt = (encrypted: string): string =>
        `{{ decryptAES ${JSON.stringify(password)} ${JSON.stringify(encrypted)} }}`;
      const mine = ours(encrypt);
      const theirs = await helms(encrypt);
      expect(mine).toHaveLength(theirs.length);
      expect(await helms(decrypt(mine))).toBe(text);
      expect(ours(decrypt(theirs))).toBe(text);
    }
  });

  const wrong = ['', '%', 'eA==', btoa('x'.repeat(16)), btoa('x'.repeat(17)), btoa('x'.repeat(32))];
  test.for(wrong)('of "%s"', async (encrypted) => {
    const text = `{{ decryptAES "secret" "${encrypted}" | b64enc }}`;
    expect(ours(text)).toBe(await helms(text));
  });
});

test('randBytes and uuidv4 have the form of Sprig’s', async () => {
  const text = '{{ randBytes 20 }} {{ randBytes 0 }} {{ uuidv4 }}';
  const form = (made: string): string => made.replace(/[\w+/]/g, 'x');
  expect(form(ours(text))).toBe(form(await helms(text)));
  expect(ours('{{ uuidv4 }}')).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});
