/**
 * How fast `engine/src/yaml` is, beside the `yaml` package in the same process: `npm run bench:yaml`.
 * Each figure is for a first call in a fresh state of the compiler and for the best of the later calls.
 */
import { performance } from 'node:perf_hooks';

import { parseAllDocuments, parseDocument, stringify } from 'yaml';

import { decode, decodeAll, encode } from '../engine/src/yaml/index.ts';

const valuesLines = 10_000;
const manifestBytes = 5_000_000;
const laterCalls = 4;

function valuesText(): string {
  const lines: string[] = [];
  for (let index = 0; lines.length < valuesLines; index++) {
    lines.push(
      `component${index}:`,
      '  enabled: true # on by default',
      `  replicas: ${index}`,
      '  image:',
      `    repository: ghcr.io/example/app-${index}`,
      `    tag: "1.${index}.0"`,
      '  args:',
      `    - --level=${index}`,
      "    - 'quoted value'",
      '  resources: {limits: {cpu: 100m, memory: 128Mi}}',
      '  script: |',
      '    echo hello',
      '    exit 0',
    );
  }
  return `${lines.join('\n')}\n`;
}

function manifestText(): string {
  let text = '';
  for (let index = 0; text.length < manifestBytes; index++) {
    text += `---
# Source: chart/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: release-app-${index}
  namespace: default
  labels:
    app.kubernetes.io/name: app
    app.kubernetes.io/instance: release
spec:
  replicas: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: app
  template:
    spec:
      containers:
        - name: app
          image: "ghcr.io/example/app:1.2.3"
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: MESSAGE
              value: "foo bar"
            - name: URL
              value: https://example.com/path?x=y
          resources:
            limits:
              cpu: 100m
              memory: 128Mi
`;
  }
  return text;
}

interface Timing {
  readonly firstMs: number;
  readonly bestMs: number;
}

function time(run: () => void): Timing {
  const times = Array.from({ length: laterCalls + 1 }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return { firstMs: times[0] ?? 0, bestMs: Math.min(...times.slice(1)) };
}

function report(name: string, goalMs: number | undefined, ours: Timing, theirs: Timing): void {
  const show = ({ firstMs, bestMs }: Timing): string => `${firstMs.toFixed(0)} ms first, ${bestMs.toFixed(0)} ms later`;
  const ratios = `${(theirs.firstMs / ours.firstMs).toFixed(1)} and ${(theirs.bestMs / ours.bestMs).toFixed(1)} times`;
  const goal = goalMs === undefined ? '' : ` (goal ${goalMs} ms)`;
  console.log(`${name}${goal}\n  ours ${show(ours)}\n  yaml ${show(theirs)}\n  ours is faster ${ratios}`);
}

const values = valuesText();
const manifests = manifestText();
let places = 0;

report(
  `read ${valuesLines} lines of values with places`,
  100,
  time(() => {
    decode(values, { onPlace: () => places++ });
  }),
  time(() => {
    parseDocument(values).toJS();
  }),
);

report(
  `read ${manifestBytes / 1_000_000} MB of manifests`,
  300,
  time(() => {
    decodeAll(manifests);
  }),
  time(() => {
    for (const document of parseAllDocuments(manifests)) {
      document.toJS();
    }
  }),
);
const documents = decodeAll(manifests);
report(
  `write ${manifestBytes / 1_000_000} MB of manifests`,
  undefined,
  time(() => {
    documents.map((document) => encode(document));
  }),
  time(() => {
    documents.map((document) => stringify(document));
  }),
);
console.log(`${places} places told`);
