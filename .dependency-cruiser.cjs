// Folders of engine/src, lowest first. A folder may import the folders before it, never one after it.
const layers = [
  'support',
  'gostd',
  'semver',
  'yaml',
  'gotemplate',
  'sprig',
  'cel',
  'chart',
  'render',
  'release',
  'flux',
  'source',
  'desired',
  'kube',
  'storage',
  'action',
  'preview',
  'reconcile',
  'session',
  'node',
];
const upward = layers.slice(0, -1).map((layer, i) => ({
  name: `engine-${layer}-imports-upward`,
  severity: 'error',
  from: { path: `^engine/src/${layer}/` },
  to: { path: `^engine/src/(${layers.slice(i + 1).join('|')})/` },
}));
module.exports = {
  forbidden: [
    ...upward,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'engine-knows-no-editor',
      severity: 'error',
      from: { path: '^engine/' },
      to: { path: '(^|node_modules/)(@types/)?vscode|^(server|client|cli)/' },
    },
    {
      name: 'server-knows-no-client',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '(^|node_modules/)(@types/)?vscode/|^vscode$|^(client|cli)/' },
    },
    {
      name: 'client-sees-only-the-protocol',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^server/src/', pathNot: '^server/src/protocol\\.ts$' },
    },
    {
      name: 'machine-only-in-node-folder',
      severity: 'error',
      from: { path: '^engine/src/', pathNot: '^engine/src/node/|\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|zlib|buffer)$' },
    },
    {
      name: 'protocol-is-light',
      severity: 'error',
      from: { path: '^server/src/protocol\\.ts$' },
      to: { pathNot: '(^|node_modules/)vscode-languageserver-protocol/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { conditionNames: ['import', 'types', 'node', 'default'], exportsFields: ['exports'] },
  },
};
