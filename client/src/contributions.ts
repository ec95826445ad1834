/** Every id that package.json contributes; `test/manifest.test.ts` compares the two. */
export const commandIds = [
  'fairlead.selectCluster',
  'fairlead.enrolCluster',
  'fairlead.refresh',
  'fairlead.preview',
  'fairlead.plan',
  'fairlead.reconcile',
  'fairlead.rollBack',
  'fairlead.suspend',
  'fairlead.resume',
  'fairlead.uninstall',
  'fairlead.showManifest',
  'fairlead.showValues',
  'fairlead.showHistory',
  'fairlead.allowHosts',
  'fairlead.logIn',
  'fairlead.logOut',
  'fairlead.showLog',
] as const;
export type CommandId = (typeof commandIds)[number];

export const viewIds = { releases: 'fairlead.releases', sources: 'fairlead.sources' } as const;

/** Context keys that `when` clauses read. */
export const contextKeys = { state: 'fairlead.state', helmRelease: 'fairlead.helmRelease' } as const;

/** What the views show when they are empty. */
export type ViewState = 'noCluster' | 'connecting' | 'unreachable' | 'connected';

export const settingKeys = {
  kubeconfig: 'kubeconfig',
  coexistence: 'yaml.coexistence',
  localSources: 'sources.local',
} as const;
