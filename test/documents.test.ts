import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

/** What the documents name is there, and what is there is named. */
const root = path.resolve(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(path.join(root, name), 'utf8');
const foldersIn = (name: string): readonly string[] =>
  readdirSync(path.join(root, name), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

const documents = [
  ...['README.md', 'ARCHITECTURE.md', 'AGENTS.md', 'CHANGELOG.md', 'test/README.md', 'test/oracle/README.md'],
  ...['schemas/README.md', 'demo/README.md'],
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const architecture = read('ARCHITECTURE.md');

/** Where a name in a document may start: at the root, beside the document, or in one of these. */
const bases = ['', 'engine/src', 'server/src', 'client/src', 'cli/src', 'scripts', 'test'];

function isThere(name: string, document: string): boolean {
  return [path.dirname(document), ...bases].some((base) => existsSync(path.join(root, base, name)));
}

describe.for(documents)('%s', (document) => {
  const text = read(document);

  test('links lead to files', () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !/^https?:/.test(link) && !isThere(link, document))).toEqual([]);
  });

  test('files of this repository that it names are there', () => {
    const named = [...text.matchAll(/`([a-z][\w.-]*(?:\/[\w.-]+)*\/?[\w-]*\.(?:ts|mjs|go|md|json|txt))(?::\d+)?`/gi)];
    const files = named.map(([, name = '']) => name).filter((name) => name.includes('/'));
    // Of charts, and where a name is to be filled in.
    const others = /^(?:templates|charts)\/|[A-Z]{3}\//;
    expect(files.filter((name) => !others.test(name) && !isThere(name, document))).toEqual([]);
  });

  test('scripts that it names are in package.json', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const named = [...text.matchAll(/\bnpm run (?:--silent )?([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test('ARCHITECTURE.md has the engine’s folders in the order of the ladder', () => {
  const rows = [...architecture.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name = '']) => name);
  const layers = /const layers = \[([^\]]*)\]/.exec(read('.dependency-cruiser.cjs'))?.[1] ?? '';
  expect(rows).toEqual([...layers.matchAll(/'(\w+)'/g)].map(([, name = '']) => name));
  expect([...rows].sort()).toEqual([...foldersIn('engine/src')].sort());
});

test('ARCHITECTURE.md and test/README.md name every folder of server, client, scripts and test', () => {
  const prose = `${architecture}\n${read('test/README.md')}`;
  const named = (folder: string, name: string): boolean =>
    prose.includes(`\`${name}/`) || new RegExp(`\`${folder}/${name}[/\`]`).test(prose);
  const all = ['server/src', 'client/src', 'scripts', 'test'].flatMap((folder) =>
    foldersIn(folder).map((name) => ({ folder, name })),
  );
  expect(all.filter(({ folder, name }) => !named(folder, name))).toEqual([]);
});

test('ARCHITECTURE.md names every request beyond the protocol, and every bundle', () => {
  const requests = [...read('server/src/protocol.ts').matchAll(/'(fairlead\/\w+)'/g)].map(([, name = '']) => name);
  expect(requests.length).toBeGreaterThan(5);
  expect(requests.filter((name) => !architecture.includes(`\`${name}\``))).toEqual([]);
  const entries = [...read('scripts/build.mjs').matchAll(/entryPoints: \{([^}]*)\}/g)].flatMap(([, text = '']) =>
    [...text.matchAll(/(\w+): '/g)].map(([, name = '']) => `\`dist/${name}.cjs\``),
  );
  const rows = [...architecture.matchAll(/^\| (`dist\/\w+\.cjs`)/gm)].map(([, name = '']) => name);
  expect([...rows].sort()).toEqual([...entries].sort());
});
