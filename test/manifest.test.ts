import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandIds, contextKeys, settingKeys, viewIds } from '../client/src/contributions.ts';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when?: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly scope?: string; readonly markdownDescription?: string }>>;
    };
  };
}

const manifest = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../package.json'), 'utf8')) as Manifest;
const { contributes } = manifest;

test('commands in the manifest are those the code registers, each with the category', () => {
  expect(contributes.commands.map(({ command }) => command).sort()).toEqual([...commandIds].sort());
  expect(contributes.commands.map(({ category }) => category)).toEqual(commandIds.map(() => 'Fairlead'));
});

test('views in the manifest are those the code fills', () => {
  const ids = Object.values(contributes.views).flatMap((views) => views.map(({ id }) => id));
  expect(ids.sort()).toEqual(Object.values(viewIds).sort());
});

test('menus and welcome texts name commands, views and context keys that exist', () => {
  const commands = new Set<string>(commandIds);
  const used = [
    ...Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command)),
    ...contributes.viewsWelcome.flatMap(({ contents }) =>
      [...contents.matchAll(/\(command:(fairlead\.[\w.]+)\)/g)].map(([, id]) => id),
    ),
  ];
  expect(used.filter((id) => id !== undefined && !commands.has(id))).toEqual([]);
  const whens = [...Object.values(contributes.menus).flat(), ...contributes.viewsWelcome].map(({ when }) => when ?? '');
  const keys = whens.flatMap((when) => [...when.matchAll(/\bfairlead\.[\w.]+/g)].map(([key]) => key));
  const known = new Set<string>([...Object.values(viewIds), ...Object.values(contextKeys)]);
  expect(keys.filter((key) => !known.has(key))).toEqual([]);
});

test('settings in the manifest are those the code reads, each described and scoped', () => {
  const { properties } = contributes.configuration;
  expect(Object.keys(properties).sort()).toEqual(
    Object.values(settingKeys)
      .map((key) => `fairlead.${key}`)
      .sort(),
  );
  for (const [key, { scope, markdownDescription }] of Object.entries(properties)) {
    expect(scope, key).toBeDefined();
    expect(markdownDescription, key).toMatch(/\.$/);
  }
});
