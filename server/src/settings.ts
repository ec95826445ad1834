import { recordAt } from '@fairlead/engine/support';
import type { Scope } from './features/index.ts';

/** What the user set, as typed data. */
export interface Settings {
  /**
   * Who answers for fields where Red Hat's YAML extension is installed: `own` Fairlead, `yield` Red Hat,
   * `auto` Fairlead unless the document names a schema of its own.
   */
  readonly coexistence: 'auto' | 'own' | 'yield';
  /** Whether Red Hat's YAML extension answers in this editor. */
  readonly otherYamlServer: boolean;
}

export const defaultSettings: Settings = { coexistence: 'auto', otherYamlServer: false };

/** Reads settings from what a client sent; anything odd keeps its default. */
export function readSettings(value: unknown, base: Settings = defaultSettings): Settings {
  const { coexistence, otherYamlServer } = recordAt(value);
  return {
    coexistence:
      coexistence === 'auto' || coexistence === 'own' || coexistence === 'yield' ? coexistence : base.coexistence,
    otherYamlServer: typeof otherYamlServer === 'boolean' ? otherYamlServer : base.otherYamlServer,
  };
}

/** What is ours to answer in a document. */
export function scopeOf(settings: Settings, hasModeline: boolean): Scope {
  if (!settings.otherYamlServer) {
    return { syntax: true, structure: true };
  }
  const yields = settings.coexistence === 'yield' || (settings.coexistence === 'auto' && hasModeline);
  return { syntax: false, structure: !yields };
}
