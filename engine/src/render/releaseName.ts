import { execute, stringSink, TemplateSet } from '../gotemplate/index.ts';
import { sprigFuncMap } from '../sprig/index.ts';
import type { RenderLimits, RenderWorld } from './types.ts';

/**
 * The name that a template of names comes to: it has Sprig's functions and no data.
 *
 * @throws TemplateError with Go's message
 * @see helm v4.3.1 pkg/action/install.go, TemplateName
 */
export function renderReleaseName(text: string, world: RenderWorld, limits: RenderLimits): string {
  const name = 'name-template';
  const set = new TemplateSet({ name, funcs: sprigFuncMap(world), missingKey: 'default' });
  set.parse(name, text);
  const deadlineMs = world.now() + limits.maxMs;
  const sink = stringSink();
  execute(set, name, null, sink, {
    limits: {
      maxBytes: limits.maxBytes,
      reasonToStop: () => (world.now() > deadlineMs ? `it takes longer than ${limits.maxMs} ms` : undefined),
    },
  });
  return sink.text();
}
