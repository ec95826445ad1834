import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { KubeClient } from '@fairlead/engine/kube';
import { nodeClock } from '../../engine/src/node/clock.ts';
import { openKubeTransport } from '../../engine/src/node/kubeTransport.ts';
import { fleetService, repositoryFiles, uriOf } from '../support/languageService.ts';
import '../support/clusterSetup.ts';

/** Whether the API server takes the text of an object is what `admission` says of its problems. */
const { kubeconfigPath, context } = inject('cluster');
const transport = openKubeTransport({
  kubeconfig: kubeconfigPath,
  context,
  userAgent: 'fairlead-test',
  variables: {},
  usesProxyVariables: false,
});
const client = new KubeClient(transport, { clock: nodeClock });
const { signal } = new AbortController();
/** What the fleet's objects name. */
const namespaces = ['shop', 'edge', 'flux-system'].map((name) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
}));

beforeAll(async () => {
  for (const namespace of namespaces) {
    if (
      (await client.find({ apiVersion: 'v1', kind: 'Namespace', name: namespace.metadata.name }, { signal })) ===
      undefined
    ) {
      await client.create(namespace, { fieldManager: 'fairlead-test', signal });
    }
  }
});
afterAll(() => {
  transport.close();
});

/** Placeholders and encrypted values are judged by what they become; the server judges what they are. */
const filesWithUnknowns = new Set(['unknowns.yaml']);
const documents = ['test/golden/diagnostics', 'test/fixtures/guides'].flatMap((folder) =>
  Object.entries(repositoryFiles(folder))
    .filter(([name]) => !filesWithUnknowns.has(name))
    .flatMap(([name, text]) => documentsOf(name, text)),
);

interface WrittenDocument {
  readonly name: string;
  readonly text: string;
  readonly apiVersion: string;
  readonly kind: string;
}

/** The documents of a file that say what they are, of the groups that the practice cluster has definitions of. */
function documentsOf(file: string, text: string): WrittenDocument[] {
  return text.split(/^---.*\n/m).flatMap((part, index) => {
    const apiVersion = /^apiVersion: ((?:helm|source|kustomize|notification)\.toolkit\.fluxcd\.io\S*)/m.exec(part)?.[1];
    const kind = /^kind: (\S+)/m.exec(part)?.[1];
    return apiVersion === undefined || kind === undefined
      ? []
      : [{ name: `${file} document ${index + 1}`, text: part, apiVersion, kind }];
  });
}

test.for(documents)('judges $name as the API server does', async ({ name, text, apiVersion, kind }) => {
  const uri = uriOf('one.yaml');
  const problems = await fleetService({ 'one.yaml': text }).diagnostics(uri, signal);
  const ours = problems.filter(({ admission }) => admission).map(({ code, message }) => `${code} ${message}`);
  const plural = (await client.discovery({ signal })).find(apiVersion, kind)?.plural ?? `${kind.toLowerCase()}s`;
  const namespace = /^ {2}namespace: (shop|edge|flux-system)\b/m.exec(text)?.[1] ?? 'default';
  const answer = await transport.request(
    {
      method: 'POST',
      path: `/apis/${apiVersion}/namespaces/${namespace}/${plural}`,
      query: { dryRun: 'All', fieldValidation: 'Strict' },
      headers: { 'content-type': 'application/yaml' },
      body: text,
    },
    { signal, timeoutMs: 10_000, maxBytes: 1_000_000 },
  );
  expect({ name, refused: ours.length > 0, ours }, answer.body).toEqual({ name, refused: answer.status >= 300, ours });
});
