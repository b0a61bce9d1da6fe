// The folder tree is the trust map; each rule names the threat it guards against. `npm run check` runs them.
const tests = '\\.test\\.tsx?$|/src/testing/';

const realms = { 'core-realm': 'core', 'security-realm': 'security', 'identity-realm': 'identity' };

const betweenRealms = Object.keys(realms).map((realm) => ({
  name: `${realm}-stays-apart`,
  severity: 'error',
  comment: `A realm that imports another's code soon shares its memory and its secrets: ${realm} talks to the others over documented wires only.`,
  from: { path: `^${realm}/`, pathNot: tests },
  to: {
    path: `^(${Object.keys(realms)
      .filter((other) => other !== realm)
      .join('|')})/`,
  },
}));

module.exports = {
  forbidden: [
    {
      name: 'protocol-knows-no-server',
      severity: 'error',
      comment: 'Wire code runs in clients and in every realm; anything else it imported would run there too.',
      from: { path: '^protocol/', pathNot: tests },
      to: { path: '^(platform|core-realm|security-realm|identity-realm|clients|tests|tools|bench)/' },
    },
    {
      name: 'platform-knows-wire-and-receipts-only',
      severity: 'error',
      comment: 'What every server imports must not bring content encryption into the core.',
      from: { path: '^platform/', pathNot: tests },
      to: {
        path: '^(protocol/(?!wire/|receipts/)|core-realm|security-realm|identity-realm|clients|tests|tools|bench)/',
      },
    },
    ...betweenRealms,
    {
      name: 'core-is-blind',
      severity: 'error',
      comment:
        'Core code that could open content would one day be asked to: it never reaches the code that seals, not even through another package.',
      from: { path: '^core-realm/' },
      to: { path: '^protocol/(seal|kms-channel|search-terms|mls|sframe)/', reachable: true },
    },
    {
      name: 'servers-know-no-client',
      severity: 'error',
      comment:
        'Only the security realm’s machine readers are clients; any other server importing one would hold a person’s keys.',
      from: { path: '^(core-realm|identity-realm|security-realm/(kms|hsm|app))/', pathNot: tests },
      to: { path: '^clients/' },
    },
    {
      name: 'clients-know-no-server',
      severity: 'error',
      comment: 'A client speaks wires only, so that the clients others write can do all that ours can.',
      from: { path: '^clients/', pathNot: tests },
      to: { path: '^(platform|core-realm|security-realm|identity-realm|tests|tools|bench)/' },
    },
    {
      name: 'clients-share-the-sdk-only',
      severity: 'error',
      comment: 'One client’s screens in another would make two programs of one mind; what they share is the sdk.',
      from: { path: '^clients/([^/]+)/', pathNot: tests },
      to: { path: '^clients/', pathNot: ['^clients/$1/', '^clients/sdk/'] },
    },
    {
      name: 'one-door-a-package',
      severity: 'error',
      comment: 'A file reached behind its package’s index is a promise nobody made.',
      from: { path: '^([^/]+/[^/]+)/', pathNot: tests },
      to: {
        path: '^(protocol|platform|core-realm|security-realm|identity-realm|clients)/[^/]+/src/',
        pathNot: ['^$1/', '/src/index\\.ts$'],
      },
    },
    {
      name: 'conformance-knows-wires-only',
      severity: 'error',
      comment:
        'A suite for key servers that others write would pass by what only ours can do, had it any of our servers’ code.',
      from: { path: '^tests/conformance/realm/', pathNot: tests },
      to: { path: '^(platform|core-realm|security-realm|identity-realm|clients|tools|bench)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'In a cycle nobody knows what is decided first.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'declared-only',
      severity: 'error',
      comment: 'An undeclared dependency is one nobody reviewed.',
      from: { path: '^(protocol|platform|core-realm|security-realm|identity-realm|clients)/', pathNot: tests },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'], pathNot: '(^|/)(vitest|fast-check)(@|/|$)' },
    },
    {
      name: 'no-drawer-packages',
      severity: 'error',
      comment: 'A package named common or utils has no reason to refuse anything.',
      from: {},
      to: {
        path: '^(protocol|platform|core-realm|security-realm|identity-realm|clients)/(common|utils|shared|helpers|lib)/',
      },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|tests/conformance/(src|node_modules)' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
