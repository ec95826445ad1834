import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { useFolder } from '../../../test/support/scratch.ts';
import { usualNamespace } from './kubeNamespace.ts';

const folder = useFolder('namespace');
const one = path.join(folder, 'one');
const two = path.join(folder, 'two');
const broken = path.join(folder, 'broken');
const missing = path.join(folder, 'missing');
mkdirSync(path.join(folder, '.kube'));
writeFileSync(path.join(folder, '.kube', 'config'), kubeconfig('a', { a: 'home' }));
writeFileSync(one, kubeconfig('a', { a: 'apps', b: 'other', none: '' }));
writeFileSync(two, kubeconfig('b', { a: 'last', c: 'more' }));
writeFileSync(broken, 'contexts: [namespace');

function kubeconfig(current: string, namespaces: Readonly<Record<string, string>>): string {
  const contexts = Object.entries(namespaces).map(([name, namespace]) => ({
    name,
    context: { cluster: 'k', namespace },
  }));
  return JSON.stringify({ 'current-context': current, contexts });
}

test.for([
  { name: 'the context’s of the home folder', variables: {}, want: 'home' },
  { name: 'the current context’s', variables: { KUBECONFIG: one }, want: 'apps' },
  {
    name: 'that of the context that is asked for',
    variables: { KUBECONFIG: one, HELM_KUBECONTEXT: 'b' },
    want: 'other',
  },
  { name: 'a context without one', variables: { KUBECONFIG: one, HELM_KUBECONTEXT: 'none' }, want: 'default' },
  { name: 'no such context', variables: { KUBECONFIG: one, HELM_KUBECONTEXT: 'nobody' }, want: 'default' },
  { name: 'the first of several files', variables: { KUBECONFIG: `${missing}:${one}:${two}` }, want: 'apps' },
  { name: 'a later file', variables: { KUBECONFIG: `${one}:${two}`, HELM_KUBECONTEXT: 'c' }, want: 'more' },
  { name: 'no file', variables: { KUBECONFIG: missing }, want: 'default' },
  { name: 'a file that is none', variables: { KUBECONFIG: broken }, want: 'default' },
  { name: 'a folder', variables: { KUBECONFIG: folder }, want: 'default' },
])('$name', ({ variables, want }) => {
  expect(usualNamespace({ HOME: folder, ...variables })).toBe(want);
});
