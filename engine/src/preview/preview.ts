import { readObjects } from '../action/index.ts';
import type { DesiredRelease } from '../desired/index.ts';
import { isSecret, maskSecrets, toYaml } from '../kube/index.ts';
import { leadingComments, splitManifests } from '../release/index.ts';
import type { KubeObject } from '../support/index.ts';
import { maskFields } from './maskFields.ts';
import { TracedRelease } from './tracedRelease.ts';

/** The objects of a release as text that may be shown. */
export interface Preview {
  readonly text: string;
  readonly documents: readonly PreviewDocument[];
  /** Where the release was traced. */
  readonly traced?: TracedRelease;
}

/** One object of the text. */
export interface PreviewDocument {
  /** The template that wrote it, `chart/templates/a.yaml`; empty where nobody says. */
  readonly template: string;
  readonly object: KubeObject | undefined;
  /** With the `---` line in front. */
  readonly text: string;
  /** 0-based line of the `---` in the preview. */
  readonly startLine: number;
}

export interface PreviewOptions {
  /** Whether to put hooks behind the manifest, as `helm template` does. */
  readonly hooks: boolean;
}

/**
 * The manifest of a release, but for what comes from Secrets and for the data of those it makes. Of a release that was
 * traced, every line of a field is masked that a Secret's text went into, in whatever form: encoded, hashed, cut.
 */
export function previewOf(desired: DesiredRelease, { hooks }: PreviewOptions): Preview {
  const traced = desired.traced && new TracedRelease(desired, desired.traced);
  const written = [
    ...splitManifests(desired.manifest).map((text) => ({ text, template: templateOf(text) })),
    ...(hooks
      ? desired.hooks.map(({ path, manifest }) => ({ text: `# Source: ${path}\n${manifest}`, template: path }))
      : []),
  ];
  const documents: PreviewDocument[] = [];
  let startLine = 0;
  for (const { text, template } of written) {
    const [object] = readObjects(text);
    const shown = `---\n${(object === undefined ? text : maskedText(text, { template, object }, { desired, traced })).trim()}\n`;
    documents.push({ template, object, text: shown, startLine });
    startLine += shown.split('\n').length - 1;
  }
  return { text: documents.map(({ text }) => text).join(''), documents, ...(traced && { traced }) };
}

/** Of Helm's comment in front. */
function templateOf(text: string): string {
  return /^# Source: (.*)$/m.exec(leadingComments(text))?.[1] ?? '';
}

interface Written {
  readonly template: string;
  readonly object: KubeObject;
}

/** As it is written where nothing is to be masked. */
function maskedText(
  text: string,
  { template, object }: Written,
  { desired, traced }: { readonly desired: DesiredRelease; readonly traced: TracedRelease | undefined },
): string {
  const secret = traced?.secretFields(template, object) ?? [];
  if (!isSecret(object) && secret.length === 0 && desired.secrets.every((text) => text === '')) {
    return text;
  }
  const { after = object } = maskSecrets({ before: undefined, after: maskFields(object, secret) }, desired.secrets);
  const yaml = toYaml(after);
  return isSecret(object) || yaml !== toYaml(object) ? leadingComments(text) + yaml : text;
}
