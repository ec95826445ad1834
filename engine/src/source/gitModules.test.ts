import { expect, test } from 'vitest';
import { readGitModules } from './gitModules.ts';

test.for<{ readonly name: string; readonly text: string; readonly want: readonly object[] }>([
  { name: 'nothing', text: '', want: [] },
  {
    name: 'as git writes it',
    text: '[submodule "a"]\n\tpath = vendor/a\n\turl = ../a.git\n[submodule "b"]\n\tpath = b\n\turl = https://example.com/b\n\tbranch = main\n',
    want: [
      { path: 'vendor/a', url: '../a.git' },
      { path: 'b', url: 'https://example.com/b' },
    ],
  },
  {
    name: 'by hand: other cases, no spaces, quotes, comments, CRLF',
    text: '# all of them\r\n[Submodule "a"]\r\nPath="a b"\r\nURL=https://example.com/a # ours\r\n',
    want: [{ path: 'a b', url: 'https://example.com/a' }],
  },
  {
    name: 'the last of two',
    text: '[submodule "a"]\npath = a\nurl = one\nurl = two\n',
    want: [{ path: 'a', url: 'two' }],
  },
  { name: 'a submodule without a URL', text: '[submodule "a"]\npath = a\n', want: [] },
  { name: 'settings outside of any', text: 'path = a\nurl = b\n', want: [] },
  {
    name: 'escaped quotes and backslashes',
    text: String.raw`[submodule "a"]` + '\n' + String.raw`path = "a\"b\\c"` + '\nurl = x\n',
    want: [{ path: String.raw`a"b\c`, url: 'x' }],
  },
])('$name', ({ text, want }) => {
  expect(readGitModules(text)).toEqual(want);
});
