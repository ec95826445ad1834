import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../support/cache.ts';
import { freePort } from '../support/freePort.ts';

/** What a state folder holds of a cluster between runs. The folder is 0700 and every file in it 0600. */
export interface ClusterState {
  readonly folder: string;
  readonly port: number;
  /** Of the administrator. */
  readonly token: string;
}

export const contextName = 'practice';

/** The files of a state folder. Sockets are named with a port, since etcd takes no address without one. */
export const files = {
  kubeconfig: 'kubeconfig',
  settings: 'cluster.json',
  /** Process ids of the supervisor and of what it runs. */
  processes: 'processes.json',
  tokens: 'tokens.csv',
  serviceAccountKey: 'sa.key',
  serviceAccountPublicKey: 'sa.pub',
  certificates: 'certs',
  etcdData: 'etcd',
  etcdSocket: 'etcd.sock:0',
  peerSocket: 'peer.sock:0',
} as const;

/** Reads the state of a folder, or makes it: keys, token and a port of its own. */
export async function prepareState(folder: string): Promise<ClusterState> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const settingsFile = path.join(folder, files.settings);
  if (await exists(settingsFile)) {
    const { port, token } = JSON.parse(await readFile(settingsFile, 'utf8')) as Omit<ClusterState, 'folder'>; // written below
    return { folder, port, token };
  }
  const state = { port: await freePort(), token: randomBytes(24).toString('base64url') };
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await writePrivate(folder, files.serviceAccountKey, privateKey);
  await writePrivate(folder, files.serviceAccountPublicKey, publicKey);
  await writePrivate(folder, files.tokens, `${state.token},admin,admin,system:masters\n`);
  await writePrivate(folder, files.settings, JSON.stringify(state));
  return { folder, ...state };
}

/** The certificate that the API server made for itself; it is its own authority. */
export async function readCertificate({ folder }: ClusterState): Promise<string> {
  return await readFile(path.join(folder, files.certificates, 'apiserver.crt'), 'utf8');
}

/** Writes the kubeconfig, which checks the server's certificate. JSON is YAML. */
export async function writeKubeconfig(state: ClusterState, ca: string): Promise<string> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: contextName,
        cluster: {
          server: `https://127.0.0.1:${String(state.port)}`,
          'certificate-authority-data': Buffer.from(ca).toString('base64'),
        },
      },
    ],
    users: [{ name: contextName, user: { token: state.token } }],
    contexts: [{ name: contextName, context: { cluster: contextName, user: contextName } }],
    'current-context': contextName,
  };
  return await writePrivate(state.folder, files.kubeconfig, `${JSON.stringify(config, undefined, 2)}\n`);
}

/** Writes a file that only the user can read, also where it was there with other rights. */
export async function writePrivate(folder: string, name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await rm(file, { force: true });
  await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  return file;
}
