import { expect, test } from 'vitest';
import type { Io } from '../io.ts';
import { createProgram, run } from '../program.ts';
import { type VersionsContext, versionsCommand } from './versions.ts';

/** Runs `fairlead versions` with this on its standard input. */
async function versions(args: readonly string[], stdin: string): Promise<{ out: string; notes: string; code: number }> {
  const ended = { out: '', notes: '', code: 0 };
  const io: Io = {
    result: (text) => {
      ended.out += text;
    },
    line: (text) => {
      ended.out += `${text}\n`;
    },
    note: (text) => {
      ended.notes += text;
    },
    isTerminal: false,
    isWriting: false,
    ask: () => Promise.reject(new Error('nobody is there')),
    readStdin: () => Promise.resolve(stdin),
  };
  const context: VersionsContext = {
    io,
    signal: new AbortController().signal,
    exit: (code) => {
      ended.code = code;
    },
    world: () => Promise.reject(new Error('nothing here asks a repository')),
  };
  await run(createProgram(context, [versionsCommand(context)]), ['versions', ...args], context);
  return ended;
}

const lines = '1.2\nv1\n\n1.10.0\r\nnone\n2.0.0-rc.1\n1.2.0\n';

test.for([
  { args: ['--stdin', '--constraint', '>=1'], out: '1.10.0\n1.2\n1.2.0\nv1\n', code: 0 },
  { args: ['--stdin', '--constraint', '>=1-0'], out: '2.0.0-rc.1\n1.10.0\n1.2\n1.2.0\nv1\n', code: 0 },
  {
    args: ['--stdin', '--constraint', '^1.10', '-o', 'json'],
    out: '{\n  "version": 1,\n  "versions": [\n    {\n      "version": "1.10.0"\n    }\n  ]\n}\n',
    code: 0,
  },
  { args: ['--stdin', '--constraint', '^3'], out: '', code: 1 },
  { args: ['--stdin', '--constraint', '^3', '-o', 'json'], out: '{\n  "version": 1,\n  "versions": []\n}\n', code: 1 },
])('lines that the range of $args lets through', async ({ args, out, code }) => {
  expect(await versions(args, lines)).toEqual({ out, notes: '', code });
});

test.for([
  { args: ['--stdin', '--constraint', '>> 1'], notes: 'improper constraint: ">> 1"' },
  { args: ['--stdin'], notes: '--stdin needs --constraint' },
  { args: [], notes: 'want a repository URL and a chart, or --stdin' },
])('$args is used wrongly', async ({ args, notes }) => {
  const ended = await versions(args, lines);
  expect(ended).toMatchObject({ out: '', code: 2 });
  expect(ended.notes).toContain(notes);
});
