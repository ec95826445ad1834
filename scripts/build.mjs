// Bundles every entry point into dist/. Parts that are loaded only when used are entries of their own, because
// esbuild inlines `import()` in CommonJS. An entry whose source is not there is an error.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const isMinified = !process.argv.includes('--no-minify');
const node = {
  bundle: true,
  platform: 'node',
  // The Node of the oldest VS Code in `engines.vscode`.
  target: 'node22',
  format: 'cjs',
  define: { 'import.meta.dirname': '__dirname' },
  outExtension: { '.js': '.cjs' },
  outdir: 'dist',
  sourcemap: process.argv.includes('--sourcemap') ? 'linked' : false,
  // Names stay: stack traces and errors are readable, and telling each function its own would cost a call at start.
  minifyWhitespace: isMinified,
  minifySyntax: isMinified,
  logLevel: 'warning',
  legalComments: 'none',
};

/** The S3 client is loaded when a Bucket is read: whoever imports it finds it beside its own bundle. */
const s3Apart = {
  name: 's3-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\/s3\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './s3.cjs', external: true },
    );
  },
};
/** The verb `template` does without it where expressions are plain. */
const re2Apart = {
  name: 're2-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^re2js$/ }, () => ({ path: './re2js.cjs', external: true }));
  },
};
// By `require`: an `import()` in code that runs as a script, as the command line's does, warns of itself.
const withoutS3 = { ...node, plugins: [s3Apart], supported: { 'dynamic-import': false } };

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
await Promise.all([
  build({ ...withoutS3, entryPoints: { extension: 'client/src/extension.ts' }, external: ['vscode'] }),
  build({ ...node, entryPoints: { server: 'server/src/main.ts' } }),
  build({ ...node, entryPoints: { renderWorker: 'engine/src/node/renderWorkerMain.ts' } }),
  // 0.6 MB: loaded at the first Bucket.
  build({ ...node, entryPoints: { s3: 'engine/src/node/s3.ts' } }),
  build({ ...node, entryPoints: { re2js: 're2js' } }),
  build({ ...withoutS3, entryPoints: { sources: 'engine/src/node/sources.ts' } }),
  // 4 MB, since @kubernetes/client-node is: loaded at the first question to a cluster.
  build({ ...withoutS3, entryPoints: { cluster: 'engine/src/node/cluster.ts' } }),
  build({ ...withoutS3, entryPoints: { verbs: 'cli/src/verbs.ts' } }),
  buildTemplate(),
]);
// It knows the others by what is in them, since it keeps what V8 compiles of them.
await build({
  ...node,
  entryPoints: { cli: 'cli/src/main.ts' },
  define: {
    ...node.define,
    bundleDigests: JSON.stringify({ template: await digestOf('template'), verbs: await digestOf('verbs') }),
  },
  banner: { js: '#!/usr/bin/env node' },
});

/**
 * The verb that is to start soon: Node's own modules that take milliseconds to load, and that most charts do not need,
 * are loaded at their first use.
 */
async function buildTemplate() {
  const { outputFiles } = await build({
    ...node,
    entryPoints: { template: 'cli/src/templateVerb.ts' },
    plugins: [re2Apart],
    write: false,
  });
  const seldom =
    /\brequire\("((?:node:)?(?:crypto|zlib|child_process|util|v8|worker_threads|readline\/promises)|\.\/re2js\.cjs)"\)/g;
  const late = 'const loadLate=(name)=>new Proxy({},{get:(_,key)=>require(name)[key]});';
  // What esbuild does for `import fs from 'node:fs'` makes a function for each of its properties.
  const builtin = /\b__toESM\((require\("node:[a-z/]+"\)),\s*1\)/g;
  const whole = 'const wholeOf=(module)=>Object.create(module,{default:{value:module}});';
  for (const { path, text, contents } of outputFiles) {
    const body = text.replace('"use strict";', '').replace(seldom, 'loadLate("$1")').replace(builtin, 'wholeOf($1)');
    if (path.endsWith('.cjs') && /[^\0-\x7f]/.test(body)) {
      throw new Error(`${path} is not ASCII: each of its characters would take two bytes, and longer to read`);
    }
    await writeFile(path, path.endsWith('.cjs') ? `"use strict";${late}${whole}${body}` : contents);
  }
}

async function digestOf(name) {
  return createHash('sha256')
    .update(await readFile(`dist/${name}.cjs`))
    .digest('hex');
}
