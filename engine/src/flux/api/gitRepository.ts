import {
  type FluxObject,
  type LocalReference,
  localReference,
  type SourceAccess,
  sourceAccess,
  type SourceStatus,
} from './meta.ts';
import { flag, listOf, objectOf, required, type Shape, text } from './shape.ts';

/** GitRepository source.toolkit.fluxcd.io/v1. @see fluxcd/source-controller v1.9 api/v1 */
export type GitRepository = FluxObject<'GitRepository', GitRepositorySpec, SourceStatus>;

export interface GitRepositorySpec extends SourceAccess {
  readonly url: string;
  readonly ref?: GitReference;
  readonly verify?: { readonly mode?: string; readonly secretRef?: LocalReference };
  readonly interval?: string;
  readonly timeout?: string;
  readonly ignore?: string;
  readonly suspend?: boolean;
  readonly recurseSubmodules?: boolean;
  readonly sparseCheckout?: readonly string[];
  readonly include?: readonly GitInclude[];
}

/** Another GitRepository of the namespace, whose files are put among one's own. */
export interface GitInclude {
  readonly repository: LocalReference;
  readonly fromPath?: string;
  /** The name of the repository where it is not said. */
  readonly toPath?: string;
}

export interface GitReference {
  readonly branch?: string;
  readonly tag?: string;
  readonly semver?: string;
  readonly name?: string;
  readonly commit?: string;
}

export const gitRepositorySpec: Shape<GitRepositorySpec> = objectOf<GitRepositorySpec>({
  ...sourceAccess,
  url: required(text),
  ref: objectOf<GitReference>({ branch: text, tag: text, semver: text, name: text, commit: text }),
  verify: objectOf<NonNullable<GitRepositorySpec['verify']>>({ mode: text, secretRef: localReference }),
  interval: text,
  timeout: text,
  ignore: text,
  suspend: flag,
  recurseSubmodules: flag,
  sparseCheckout: listOf(text),
  include: listOf(objectOf<GitInclude>({ repository: required(localReference), fromPath: text, toPath: text })),
});
