import { type FluxObject, type SourceAccess, sourceAccess, type SourceStatus } from './meta.ts';
import { flag, objectOf, oneOf, required, type Shape, text } from './shape.ts';

/** HelmRepository source.toolkit.fluxcd.io/v1: an index over HTTP, or a registry namespace. @see fluxcd/source-controller v1.9 api/v1 */
export type HelmRepository = FluxObject<'HelmRepository', HelmRepositorySpec, SourceStatus>;

export interface HelmRepositorySpec extends SourceAccess {
  readonly url: string;
  readonly type?: 'default' | 'oci';
  readonly interval?: string;
  readonly timeout?: string;
  readonly passCredentials?: boolean;
  readonly suspend?: boolean;
}

export const helmRepositorySpec: Shape<HelmRepositorySpec> = objectOf<HelmRepositorySpec>({
  ...sourceAccess,
  url: required(text),
  type: oneOf('default', 'oci'),
  interval: text,
  timeout: text,
  passCredentials: flag,
  suspend: flag,
});
