import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Target } from '@fairlead/engine/session';
import { UsageError } from '../exit.ts';

/** What exists as a path is a path, and so is what starts with `.` or `/`; else it is NAMESPACE/NAME. @throws UsageError */
export function readTarget(args: readonly string[], cwd: string): Target {
  const isPath = (arg: string): boolean => /^(\.{0,2}\/|\.{1,2}$)/.test(arg) || existsSync(path.resolve(cwd, arg));
  if (args.every(isPath)) {
    const paths = args.map((arg) => path.resolve(cwd, arg));
    const missing = paths.find((file) => !existsSync(file));
    if (missing !== undefined) {
      throw new UsageError(`there is no file or folder ${missing}`);
    }
    return { kind: 'files', paths };
  }
  const [only, ...others] = args;
  const [namespace, name, ...rest] = (only ?? '').split('/');
  if (others.length > 0 || namespace === undefined || name === undefined || name === '' || rest.length > 0) {
    throw new UsageError(
      `${args.filter((arg) => !isPath(arg)).join(', ')}: neither a path that exists nor NAMESPACE/NAME`,
    );
  }
  return { kind: 'name', namespace, name };
}
