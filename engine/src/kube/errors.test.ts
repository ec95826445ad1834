import { expect, test } from 'vitest';
import { errorOfResponse, type FieldConflict, type KubeErrorCode } from './index.ts';

interface Case {
  readonly name: string;
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly attempt?: string;
  readonly want: {
    readonly code: KubeErrorCode;
    readonly message?: string;
    readonly conflicts?: readonly FieldConflict[];
    readonly retryAfterMs?: number;
  };
}

function status(reason: string, message: string, details?: object): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, details };
}

const cases: readonly Case[] = [
  {
    name: 'an object that is not there',
    status: 404,
    body: status('NotFound', 'configmaps "a" not found', { kind: 'configmaps', name: 'a' }),
    want: { code: 'not-found', message: 'configmaps "a" not found' },
  },
  {
    name: 'a path that is not served',
    status: 404,
    body: '404 page not found',
    want: { code: 'no-kind', message: 'get it: the server answered with 404' },
  },
  {
    name: 'a version of a group that is not served',
    status: 404,
    body: status('NotFound', 'the server could not find the requested resource', {}),
    want: { code: 'no-kind', message: 'the server could not find the requested resource' },
  },
  {
    name: 'a name that is taken',
    status: 409,
    body: status('AlreadyExists', 'secrets "a" already exists', { kind: 'secrets', name: 'a' }),
    want: { code: 'already-exists' },
  },
  {
    name: 'a stale resourceVersion',
    status: 409,
    body: status('Conflict', 'the object has been modified', { kind: 'leases', name: 'a' }),
    want: { code: 'conflict', conflicts: [] },
  },
  {
    name: 'fields of other managers',
    status: 409,
    body: status('Conflict', 'Apply failed with 2 conflicts', {
      causes: [
        { reason: 'FieldManagerConflict', message: 'conflict with "kubectl" using v1', field: '.data.a' },
        {
          reason: 'FieldManagerConflict',
          message: 'conflict with "hpa" with subresource "scale" using apps/v1',
          field: '.spec.replicas',
        },
      ],
    }),
    want: {
      code: 'apply-conflict',
      conflicts: [
        { field: '.data.a', manager: 'kubectl' },
        { field: '.spec.replicas', manager: 'hpa' },
      ],
    },
  },
  {
    name: 'a right that is missing',
    status: 403,
    body: status('Forbidden', 'pods is forbidden', { kind: 'pods' }),
    want: { code: 'forbidden', message: 'pods is forbidden' },
  },
  {
    name: 'who is not known',
    status: 401,
    body: status('Unauthorized', 'Unauthorized'),
    want: { code: 'unauthorized', message: 'You must be logged in to the server (Unauthorized)' },
  },
  { name: 'what validation refuses', status: 422, body: status('Invalid', 'x is invalid'), want: { code: 'invalid' } },
  {
    name: 'what a webhook refuses',
    status: 400,
    body: status('', 'admission webhook denied'),
    want: { code: 'invalid' },
  },
  {
    name: 'what apply cannot merge',
    status: 500,
    body: status(
      '',
      'failed to create typed patch object (ns/a; apps/v1, Kind=Deployment): .spec.x: field not declared in schema',
    ),
    want: { code: 'invalid' },
  },
  {
    name: 'a server that fails',
    status: 500,
    body: status('InternalError', 'etcdserver: no leader'),
    want: { code: 'server' },
  },
  { name: 'an expired list', status: 410, body: status('Expired', 'too old resource version'), want: { code: 'gone' } },
  {
    name: 'too many requests',
    status: 429,
    body: status('TooManyRequests', 'slow down', { retryAfterSeconds: 2 }),
    want: { code: 'busy', retryAfterMs: 2000 },
  },
  {
    name: 'its header first',
    status: 429,
    headers: { 'retry-after': '1' },
    body: status('', '', { retryAfterSeconds: 2 }),
    want: { code: 'busy', retryAfterMs: 1000 },
  },
  { name: 'a slow server', status: 504, body: status('Timeout', 'timed out'), want: { code: 'timeout' } },
  {
    name: 'a Secret whose value is refused',
    status: 422,
    body: status('Invalid', 'Secret "a" is invalid: data[k]: Invalid value: "plan: ted": must be: something', {
      kind: 'Secret',
    }),
    want: { code: 'invalid', message: 'Secret "a" is invalid: data[k]: Invalid value: •••: something' },
  },
  {
    name: 'a Secret that is named only in what was asked',
    status: 422,
    attempt: 'apply v1 Secret ns/a',
    body: status('Invalid', 'Invalid value: "planted": no'),
    want: { code: 'invalid', message: 'Invalid value: •••: no' },
  },
];

test.for(cases)('$name', ({ status: httpStatus, body, headers, attempt, want }) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const error = errorOfResponse(attempt ?? 'get it', { status: httpStatus, headers: headers ?? {}, body: text });
  expect(error).toMatchObject({ ...want, status: httpStatus, name: 'KubeError' });
});
