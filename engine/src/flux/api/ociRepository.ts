import {
  type FluxObject,
  type SourceAccess,
  sourceAccess,
  type SourceStatus,
  type Verification,
  verification,
} from './meta.ts';
import { flag, objectOf, oneOf, required, type Shape, text } from './shape.ts';

/** OCIRepository source.toolkit.fluxcd.io/v1: one artifact of a registry. @see fluxcd/source-controller v1.9 api/v1 */
export type OciRepository = FluxObject<'OCIRepository', OciRepositorySpec, SourceStatus>;

export interface OciRepositorySpec extends SourceAccess {
  readonly url: string;
  readonly ref?: OciReference;
  readonly layerSelector?: LayerSelector;
  readonly verify?: Verification;
  readonly interval?: string;
  readonly timeout?: string;
  readonly ignore?: string;
  readonly suspend?: boolean;
}

export interface OciReference {
  readonly digest?: string;
  readonly semver?: string;
  readonly semverFilter?: string;
  readonly tag?: string;
}

export interface LayerSelector {
  readonly mediaType?: string;
  readonly operation?: 'extract' | 'copy';
}

export const ociRepositorySpec: Shape<OciRepositorySpec> = objectOf<OciRepositorySpec>({
  ...sourceAccess,
  url: required(text),
  ref: objectOf<OciReference>({ digest: text, semver: text, semverFilter: text, tag: text }),
  layerSelector: objectOf<LayerSelector>({ mediaType: text, operation: oneOf('extract', 'copy') }),
  verify: verification,
  interval: text,
  timeout: text,
  ignore: text,
  suspend: flag,
});
