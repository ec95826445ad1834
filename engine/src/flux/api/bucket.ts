import { type FluxObject, type SourceAccess, sourceAccess, type SourceStatus } from './meta.ts';
import { flag, objectOf, required, type Shape, text } from './shape.ts';

/** Bucket source.toolkit.fluxcd.io/v1. @see fluxcd/source-controller v1.9 api/v1 */
export type Bucket = FluxObject<'Bucket', BucketSpec, SourceStatus>;

export interface BucketSpec extends SourceAccess {
  readonly bucketName: string;
  readonly endpoint: string;
  readonly region?: string;
  readonly prefix?: string;
  readonly interval?: string;
  readonly timeout?: string;
  readonly ignore?: string;
  readonly suspend?: boolean;
  /** A service that gives out keys for a while. */
  readonly sts?: { readonly provider?: string; readonly endpoint?: string };
}

export const bucketSpec: Shape<BucketSpec> = objectOf<BucketSpec>({
  ...sourceAccess,
  bucketName: required(text),
  endpoint: required(text),
  region: text,
  prefix: text,
  interval: text,
  timeout: text,
  ignore: text,
  suspend: flag,
  sts: objectOf<NonNullable<BucketSpec['sts']>>({ provider: text, endpoint: text }),
});
