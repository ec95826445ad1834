/** What the practice cluster and the tests are built from. A new version here is a new folder in the user's cache. */
export const versions = {
  kubernetes: 'v1.36.3',
  /** The staging modules of `kubernetes`. */
  staging: 'v0.36.3',
  etcd: 'v3.6.5',
  kwok: 'v0.8.0',
  helm: 'v4.3.1',
  registry: 'v3.1.1',
} as const;
