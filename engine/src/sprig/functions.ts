import type { FuncEntry, FuncMap } from '../gotemplate/index.ts';
import { cryptoFuncs } from './crypto.ts';
import { dateFuncs } from './date.ts';
import { defaultFuncs } from './defaults.ts';
import type { SprigWorld } from './define.ts';
import { dictFuncs } from './dict.ts';
import { listFuncs } from './list.ts';
import { numericFuncs, randomNumericFuncs } from './numeric.ts';
import { pathFuncs } from './paths.ts';
import { reflectFuncs } from './reflect.ts';
import { regexFuncs } from './regex.ts';
import { semverFuncs } from './semver.ts';
import { randomStringFuncs, stringFuncs } from './strings.ts';
import { urlFuncs } from './url.ts';

/**
 * Sprig's functions by name, as Helm hands them to templates.
 *
 * @param world time, randomness and the local time zone; a preview passes ones that repeat
 * @see Masterminds/sprig v3.3.0 functions.go, TxtFuncMap
 */
export function sprigFuncMap(world: SprigWorld): FuncMap {
  const entries: readonly FuncEntry[] = [
    ...stringFuncs,
    ...randomStringFuncs(world),
    ...numericFuncs,
    ...randomNumericFuncs(world),
    ...listFuncs,
    ...dictFuncs,
    ...defaultFuncs,
    ...dateFuncs(world),
    ...reflectFuncs,
    ...regexFuncs(),
    ...pathFuncs,
    ...semverFuncs,
    ...urlFuncs,
    ...cryptoFuncs(world),
  ];
  return new Map(entries.map((entry) => [entry.name, entry]));
}
