import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { KubeClient } from '@fairlead/engine/kube';
import { nodeClock } from '../../engine/src/node/clock.ts';
import { openKubeTransport } from '../../engine/src/node/kubeTransport.ts';
import { fleetService, repositoryFiles, repositoryText, uriOf } from '../support/languageService.ts';
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
const service = fleetService({});
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

test.for(documents)('judges $name as the API server does', async (document) => {
  const { refused, ours, answer } = await judge(document);
  expect({ refused: ours.length > 0, ours }, answer).toEqual({ refused, ours });
});

/** Slips of a hand on one line. */
const slips: readonly { readonly name: string; readonly slip: (line: string) => string }[] = [
  { name: 'a line that is gone', slip: () => '' },
  { name: 'a line that is there twice', slip: (line) => `${line}\n${line}` },
  { name: 'a value that is a text', slip: (line) => line.replace(/: .*$/, ': "no"') },
  { name: 'a value that is a number', slip: (line) => line.replace(/: .*$/, ': 7') },
  { name: 'a value that is missing', slip: (line) => line.replace(/: .*$/, ':') },
  { name: 'a key that is misspelled', slip: (line) => line.replace(/(\w)(\w):/, '$2$1:') },
  { name: 'a colon that is missing', slip: (line) => line.replace(':', '') },
  { name: 'an indentation that is too deep', slip: (line) => ` ${line}` },
  { name: 'a bracket too many', slip: (line) => line.replace(': ', ': [') },
];
const slipped = ['test/golden/diagnostics/good.yaml', 'test/fixtures/guides/tutorial.yaml'].flatMap((file) =>
  documentsOf(file, repositoryText(file)),
);

test.for(slips)('judges $name as the API server does', async ({ slip }) => {
  const disagreements = await Promise.all(
    slipped.map(async (document) => {
      const lines = document.text.split('\n');
      const found: object[] = [];
      for (const [index, line] of lines.entries()) {
        const changed = slip(line);
        // What the object is decides where it is sent to.
        if (changed !== line && !/^(apiVersion:|kind:|metadata:| {2}namespace:)/.test(line)) {
          const text = [...lines.slice(0, index), changed, ...lines.slice(index + 1)].join('\n');
          const { refused, ours, answer } = await judge({ ...document, text });
          if (refused !== ours.length > 0) {
            found.push({ name: document.name, line, changed, ours, answer });
          }
        }
      }
      return found;
    }),
  );
  expect(disagreements.flat()).toEqual([]);
});

/** What we say of a document, and what the API server does. */
async function judge({ name, text, apiVersion, kind }: WrittenDocument): Promise<{
  readonly refused: boolean;
  readonly ours: readonly string[];
  readonly answer: string;
}> {
  const uri = uriOf(`${name}.yaml`);
  await service.setDocument(uri, text);
  const problems = await service.diagnostics(uri, signal);
  // It is not to be found by the next one.
  await service.setDocument(uri, '');
  const ours = problems.filter(({ admission }) => admission).map(({ code, message }) => `${code} ${message}`);
  const plural = (await client.discovery({ signal })).find(apiVersion, kind)?.plural ?? `${kind.toLowerCase()}s`;
  const namespace = /^ {2}namespace: (shop|edge|flux-system)\b/m.exec(text)?.[1] ?? 'default';
  const { status, body } = await transport.request(
    {
      method: 'POST',
      path: `/apis/${apiVersion}/namespaces/${namespace}/${plural}`,
      query: { dryRun: 'All', fieldValidation: 'Strict' },
      headers: { 'content-type': 'application/yaml' },
      body: text,
    },
    { signal, timeoutMs: 10_000, maxBytes: 1_000_000 },
  );
  return { refused: status >= 300, ours, answer: body };
}
