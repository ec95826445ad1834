import { createHash, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import bcryptjs from 'bcryptjs';
import { expect, test } from 'vitest';
import { GoSlice, GoStruct, int, sliceOfInterface, type Value } from '../gostd/index.ts';
import { type CallContext, GoError } from '../gotemplate/index.ts';
import { type SprigWorld, sprigFuncMap } from './index.ts';

/** The same bytes for the same seed: SHA-256 of seed and a counter. */
function worldOf(seed: string): SprigWorld {
  let counter = 0;
  let pool = Buffer.alloc(0);
  return {
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    timeZone: 'UTC',
    randomBytes(count) {
      while (pool.length < count) {
        const block = createHash('sha256').update(`${seed}/${counter++}`).digest();
        pool = Buffer.concat([pool, block]);
      }
      const bytes = pool.subarray(0, count);
      pool = pool.subarray(count);
      return bytes;
    },
  };
}

const context: CallContext = {
  charge: () => undefined,
  executeTemplate: () => '',
  executeText: () => '',
};

function caller(seed: string): (name: string, ...args: Value[]) => Value {
  const funcs = sprigFuncMap(worldOf(seed));
  return (name, ...args) => {
    const entry = funcs.get(name);
    if (entry === undefined) {
      throw new Error(`no function ${name}`);
    }
    return entry.call(args, context);
  };
}

function certificateOf(value: Value): { cert: X509Certificate; pem: string; key: string } {
  if (!(value instanceof GoStruct)) {
    throw new Error('no certificate');
  }
  const { Cert: pem, Key: key } = value.fields;
  if (typeof pem !== 'string' || typeof key !== 'string') {
    throw new Error('no texts');
  }
  return { cert: new X509Certificate(pem), pem, key };
}

function textOf(value: Value): string {
  if (typeof value !== 'string') {
    throw new Error('no text');
  }
  return value;
}

const nil = new GoSlice(sliceOfInterface, [], true);

test('a certificate authority signs itself, and OpenSSL agrees', () => {
  const { cert, key } = certificateOf(caller('ca')('genCA', 'Fairlead & co', int(365)));
  expect(cert.ca).toBe(true);
  expect(cert.subject).toBe('CN=Fairlead & co');
  expect(cert.issuer).toBe(cert.subject);
  expect(cert.verify(cert.publicKey)).toBe(true);
  expect(cert.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect([cert.validFrom, cert.validTo]).toEqual(['Jan  2 03:04:05 2026 GMT', 'Jan  2 03:04:05 2027 GMT']);
});

test('a signed certificate names its issuer, its addresses and names', () => {
  const call = caller('signed');
  const authority = call('genCA', 'ca', int(10));
  const ca = certificateOf(authority);
  const signed = certificateOf(
    call(
      'genSignedCert',
      'svc',
      ['10.0.0.1', '::1', '::ffff:1.2.3.4'],
      ['svc.ns.svc', '*.example.com'],
      int(5),
      authority,
    ),
  );
  expect(signed.cert.checkIssued(ca.cert)).toBe(true);
  expect(signed.cert.verify(ca.cert.publicKey)).toBe(true);
  expect(signed.cert.checkPrivateKey(createPrivateKey(signed.key))).toBe(true);
  expect(signed.cert.ca).toBe(false);
  expect(signed.cert.subjectAltName).toBe(
    'DNS:svc.ns.svc, DNS:*.example.com, IP Address:10.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:1.2.3.4',
  );
  expect(signed.cert.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
});

test.for(['ecdsa', 'ed25519', 'rsa'])('a certificate for a given key of kind %s', (kind) => {
  const call = caller(kind);
  const pem = call('genPrivateKey', kind);
  const { cert, key } = certificateOf(call('genSelfSignedCertWithKey', 'x', nil, nil, int(1), pem));
  expect(key).toBe(pem);
  expect(cert.verify(createPublicKey(createPrivateKey(key)))).toBe(true);
});

test('a key in PKCS#8 comes out in the old form of its kind', () => {
  const call = caller('pkcs8');
  const pem = textOf(call('genPrivateKey', 'ecdsa'));
  const pkcs8 = createPrivateKey(pem).export({ format: 'pem', type: 'pkcs8' }).toString();
  expect(certificateOf(call('genCAWithKey', 'x', int(1), pkcs8)).key).toBe(pem);
});

test('another key than the authority’s is refused', () => {
  const call = caller('other');
  const ca = call('genCAWithKey', 'ca', int(1), call('genPrivateKey', 'ecdsa'));
  if (!(ca instanceof GoStruct)) {
    throw new Error('no certificate');
  }
  const mixed = new GoStruct(ca.type, { Cert: ca.fields['Cert'], Key: call('genPrivateKey', 'ecdsa') });
  expect(() => call('genSignedCertWithKey', 'x', nil, nil, int(1), mixed, call('genPrivateKey', 'ecdsa'))).toThrow(
    new GoError("error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey"),
  );
});

test('a DSA key has the parts that OpenSSL wants, and no certificate', () => {
  const call = caller('dsa');
  const pem = textOf(call('genPrivateKey', 'dsa'));
  const key = createPrivateKey(pem);
  expect(key.asymmetricKeyDetails).toEqual({ modulusLength: 2048, divisorLength: 256 });
  expect(() => call('genCAWithKey', 'x', int(1), pem)).toThrow(
    'error creating certificate: x509: certificate private key does not implement crypto.Signer',
  );
});

test('the same randomness gives the same key, other randomness another one', () => {
  const rsa = caller('one')('genPrivateKey', 'rsa');
  expect(caller('one')('genPrivateKey', 'rsa')).toBe(rsa);
  expect(createPrivateKey(textOf(rsa)).asymmetricKeyDetails).toEqual({ modulusLength: 4096, publicExponent: 65_537n });
  expect(caller('one')('genPrivateKey', 'ed25519')).not.toBe(caller('two')('genPrivateKey', 'ed25519'));
});

test('bcrypt hashes are of the password', () => {
  const hash = textOf(caller('bcrypt')('bcrypt', 'pässword'));
  expect(bcryptjs.compareSync('pässword', hash)).toBe(true);
  expect(bcryptjs.compareSync('password', hash)).toBe(false);
});

test('what was encrypted comes back', () => {
  const call = caller('aes');
  expect(call('decryptAES', 'secret', call('encryptAES', 'secret', 'text'))).toBe('text');
});

test('a function whose result grows with a number asks the limits before it makes anything', () => {
  const funcs = sprigFuncMap(worldOf('limits'));
  const stop = new Error('too much');
  const limited: CallContext = {
    ...context,
    charge(amount) {
      if (amount > 1_000_000) {
        throw stop;
      }
    },
  };
  const huge = int(1_000_000_000);
  const calls: [string, Value[]][] = [
    ['repeat', [huge, 'x']],
    ['indent', [huge, 'a\nb']],
    ['indent', [huge, 'a']],
    ['until', [huge]],
    ['untilStep', [int(0), huge, int(1)]],
    ['seq', [huge]],
    ['randAlpha', [huge]],
    ['randBytes', [huge]],
  ];
  for (const [name, args] of calls) {
    expect(() => funcs.get(name)?.call(args, limited), name).toThrow(stop);
  }
});
