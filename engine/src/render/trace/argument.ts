import type { FlowRule, Shadow, TracedCall, Tracer } from '../../gotemplate/index.ts';

/** A rule for what stands beside the result of a function: by what it was given, and what came of it. */
export type After = FlowRule['after'];

/** What stands beside an argument of a call. */
export function shadowOf({ shadows }: Pick<TracedCall, 'shadows'>, index: number, { none }: Tracer): Shadow {
  return shadows[index] ?? none;
}
