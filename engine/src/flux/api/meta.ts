import type { ObjectMeta } from '../../support/index.ts';
import { type Fields, flag, integer, listOf, mapOf, objectOf, oneOf, required, type Shape, text } from './shape.ts';

/** What every object of Flux has. `namespace` is filled in by whoever read the object. */
export interface FluxObject<Kind extends string, Spec, Status> {
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly metadata: NamespacedMeta;
  readonly spec: Spec;
  readonly status?: Status;
}

export interface NamespacedMeta extends ObjectMeta {
  readonly namespace: string;
}

/** A name in the namespace of the object that refers to it. */
export interface LocalReference {
  readonly name: string;
}

/** @see k8s.io/apimachinery v0.35 apis/meta/v1, Condition */
export interface StatusCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  /** RFC 3339, whole seconds. */
  readonly lastTransitionTime: string;
  readonly observedGeneration?: number;
}

/** What source-controller offers for download. @see fluxcd/pkg/apis/meta v1.31, Artifact */
export interface Artifact {
  readonly path?: string;
  readonly url: string;
  readonly revision: string;
  readonly digest?: string;
  readonly lastUpdateTime?: string;
  readonly size?: number;
}

/** What all sources say of themselves. */
export interface SourceStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly StatusCondition[];
  readonly url?: string;
  readonly artifact?: Artifact;
}

/** Who must have signed what a source gives. @see fluxcd/source-controller v1.9 api/v1, OCIRepositoryVerification */
export interface Verification {
  /** `cosign` or `notation`; cosign where it is not said. */
  readonly provider?: string;
  /** Public keys, under names that end in `.pub`. */
  readonly secretRef?: LocalReference;
  /** Regular expressions, for signatures without a key of one's own. */
  readonly matchOIDCIdentity?: readonly { readonly issuer: string; readonly subject: string }[];
  /** A Sigstore instance other than the public one, under `trusted_root.json`; only an OCIRepository has it. */
  readonly trustedRootSecretRef?: LocalReference;
}

export const localReference: Shape<LocalReference> = objectOf<LocalReference>({ name: required(text) });

export const verification: Shape<Verification> = objectOf<Verification>({
  provider: text,
  secretRef: localReference,
  matchOIDCIdentity: listOf(
    objectOf<{ readonly issuer: string; readonly subject: string }>({
      issuer: required(text),
      subject: required(text),
    }),
  ),
  trustedRootSecretRef: localReference,
});

export const statusCondition: Shape<StatusCondition> = objectOf<StatusCondition>({
  type: required(text),
  status: required(oneOf('True', 'False', 'Unknown')),
  reason: required(text),
  message: required(text),
  lastTransitionTime: required(text),
  observedGeneration: integer,
});

const artifact: Shape<Artifact> = objectOf<Artifact>({
  path: text,
  url: required(text),
  revision: required(text),
  digest: text,
  lastUpdateTime: text,
  size: integer,
});

export const sourceStatus: Shape<SourceStatus> = objectOf<SourceStatus>({
  observedGeneration: integer,
  conditions: listOf(statusCondition),
  url: text,
  artifact,
});

export const objectMeta: Shape<ObjectMeta> = objectOf<ObjectMeta>({
  name: required(text),
  namespace: text,
  uid: text,
  resourceVersion: text,
  generation: integer,
  creationTimestamp: text,
  deletionTimestamp: text,
  labels: mapOf(text),
  annotations: mapOf(text),
  finalizers: listOf(text),
  managedFields: listOf((value) => value),
  ownerReferences: listOf((value) => value),
});

/** Credentials and trust that several sources have in common. */
export interface SourceAccess {
  readonly secretRef?: LocalReference;
  readonly certSecretRef?: LocalReference;
  readonly proxySecretRef?: LocalReference;
  readonly serviceAccountName?: string;
  readonly provider?: string;
  readonly insecure?: boolean;
}

export const sourceAccess: Fields<SourceAccess> = {
  secretRef: localReference,
  certSecretRef: localReference,
  proxySecretRef: localReference,
  serviceAccountName: text,
  provider: text,
  insecure: flag,
};
