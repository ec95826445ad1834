import { coalesce } from './coalesce.ts';
import { convert } from './convert.ts';
import { helm } from './helm.ts';
import type { Kind } from './kind.ts';
import { printf } from './printf.ts';
import { semver } from './semver.ts';
import { sprig } from './sprig.ts';
import { strvals } from './strvals.ts';
import { template } from './template.ts';
import { yamlRead, yamlWrite } from './yaml.ts';

/** All kinds of inputs that a fuzz run can make. */
export const kinds: readonly Kind[] = [
  template,
  helm,
  sprig,
  printf,
  yamlRead,
  yamlWrite,
  convert,
  coalesce,
  strvals,
  ...semver,
];
