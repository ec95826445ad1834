import { convertCases } from '../../support/convertCases.ts';
import { helmDefinition } from './helm.ts';
import { defineKind, type Kind } from './kind.ts';

/** Values to YAML, JSON and TOML, and texts back to values, by the functions that templates have for it. */
export const convert: Kind = defineKind({ ...helmDefinition, name: 'convert', cases: convertCases() });
