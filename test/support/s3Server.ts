import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { vi } from 'vitest';
import { cached } from '../../scripts/support/cache.ts';
import { freePort } from '../../scripts/support/freePort.ts';
import { run } from '../../scripts/support/run.ts';

const version = 'v1.8.0';

/** An S3 server that others wrote, on loopback. */
export interface S3Server {
  /** `127.0.0.1:40123` */
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  createBucket(name: string): Promise<void>;
  put(bucket: string, key: string, text: string): Promise<void>;
  close(): Promise<void>;
}

/** Builds Versity's S3 gateway from its Go module, or finds it in the cache: about four minutes the first time. */
export async function startS3(): Promise<S3Server> {
  const tool = await cached(`versitygw-${version}`, async (folder) => {
    const built = await run(
      'go',
      ['install', '-ldflags=-s -w', `github.com/versity/versitygw/cmd/versitygw@${version}`],
      { cwd: os.tmpdir(), env: { GOBIN: folder, CGO_ENABLED: '0' }, output: 'capture' },
    );
    if (built.code !== 0) {
      throw new Error(`versitygw does not build:\n${built.output}`);
    }
  });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fairlead-s3-'));
  const endpoint = `127.0.0.1:${String(await freePort())}`;
  const accessKey = 'tests-access-key';
  const secretKey = 'Planted-secret-key/1';
  const buckets = path.join(folder, 'buckets');
  const sidecar = path.join(folder, 'sidecar');
  await Promise.all([buckets, sidecar].map((place) => mkdir(place)));
  // Attributes stand in files of their own: not every file system has extended ones.
  const server = spawn(
    path.join(tool, 'versitygw'),
    ['--port', endpoint, '--quiet', 'posix', '--sidecar', sidecar, buckets],
    { stdio: 'ignore', env: { ...process.env, ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey } },
  );
  await vi.waitUntil(async () => (await fetch(`http://${endpoint}/`).catch(() => undefined)) !== undefined, {
    timeout: 20_000,
  });
  const client = new S3Client({
    endpoint: `http://${endpoint}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
  });
  return {
    endpoint,
    accessKey,
    secretKey,
    createBucket: async (name) => {
      await client.send(new CreateBucketCommand({ Bucket: name }));
    },
    put: async (bucket, key, text) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }));
    },
    close: async () => {
      client.destroy();
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
