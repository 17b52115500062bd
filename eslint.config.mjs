import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** The architecture: a module may import the modules named here (and platform), and no other. Imports point left. */
const mayImport = {
  platform: [],
  access: [],
  audience: ['access'],
  campaigns: ['access', 'audience'],
  delivery: ['access', 'audience', 'campaigns'],
  inbound: ['access', 'audience', 'campaigns', 'delivery'],
  scheduler: ['access', 'audience', 'campaigns', 'delivery', 'inbound'],
  analytics: ['access', 'audience', 'campaigns', 'delivery'],
  webhooks: ['access', 'audience'],
  dashboard: ['access'],
  operations: ['access'],
  commands: ['access', 'audience', 'campaigns', 'delivery', 'inbound', 'scheduler', 'analytics'],
};
const modules = Object.keys(mayImport).filter((name) => name !== 'platform');

/** What a module shows the others: its Nest module, its services and the DTOs they take, its entities, its pure domain; access also its route decorators. */
const face = '(?:[\\w-]+\\.(?:module|service|entity|dto|decorator)\\.js|domain/[\\w-]+\\.js)$';

const boundaries = Object.entries(mayImport).map(([name, allowed]) => {
  const forbidden = modules.filter((other) => other !== name && !allowed.includes(other));
  const patterns = [
    {
      regex: `\\.\\./(?:${forbidden.join('|')})/`,
      message: `${name} may import only: platform, ${allowed.join(', ') || 'nothing else'}.`,
    },
  ];
  if (allowed.length > 0)
    patterns.push({
      regex: `\\.\\./(?:${allowed.join('|')})/(?!${face})`,
      message: 'Import another module only through its module, service, dto, entity, decorator or domain files.',
    });
  return {
    files: [`src/${name}/**/*.ts`],
    ignores: ['src/*/**/domain/**', 'src/dashboard/client/**'],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
});

/** Pure libraries the domain may use; everything else in domain/ is our own arithmetic. */
const pureLibraries = 'date-fns/\\w+$|@date-fns/tz$|croner$|isbot$|liquidjs$|libphonenumber-js/(?:core|min/metadata)$';
const purity = Object.entries(mayImport).map(([name, allowed]) => ({
  files: [`src/${name}/**/domain/**/*.ts`],
  ignores: ['**/*.spec.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(?!\\./|${pureLibraries}${allowed.length ? `|(?:\\.\\./){2,3}(?:(?:${allowed.join('|')})/)?domain/` : ''})`,
            message: `${name}/domain is pure: it may import only pure libraries and the domain/ of ${[name, ...allowed].join(', ')}.`,
          },
        ],
      },
    ],
    'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval'],
    'no-restricted-syntax': [
      'error',
      {
        selector: "NewExpression[callee.name='Date'][arguments.length=0]",
        message: 'Time is an argument: take `now`.',
      },
      {
        selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
        message: 'Time is an argument: take `now`.',
      },
      {
        selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
        message: 'Chance is an argument: take `random`.',
      },
    ],
  },
}));

/**
 * The web client speaks HTTP, by the types of the SDK. Of the server it may know what is pure: what it computes before
 * anything is saved must be what the server will.
 */
const client = {
  files: ['src/dashboard/client/**/*.{ts,tsx}'],
  extends: [reactHooks.configs.flat['recommended-latest']],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: '^(?:\\.\\./){2,}(?!(?:\\.\\./)*\\w+/domain/|(?:\\.\\./)*sdk/schema\\.js$)',
            message:
              'The web client speaks the public API: it may import only the pure domain/ of the modules and sdk/schema.',
          },
        ],
      },
    ],
  },
};

/** Calls to somebody else's server go through one guarded client (R55). */
const outbound = {
  files: ['src/**/*.ts'],
  ignores: ['src/platform/outbound-*.ts', 'src/dashboard/**', 'src/*/**/domain/**'],
  rules: {
    'no-restricted-globals': ['error', { name: 'fetch', message: 'Call out through platform/outbound-http.' }],
    'no-restricted-syntax': [
      'error',
      {
        selector: "ImportDeclaration[source.value=/^(?:undici|(?:node:)?https?2?)$/][importKind!='type']",
        message: 'Call out through platform/outbound-http.',
      },
    ],
  },
};

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**'] },
  {
    files: ['src/**/*.{ts,tsx}', 'migrations/**/*.ts', 'bench/**/*.ts', 'test/**/*.ts', 'vite.config.ts'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'max-lines': ['error', { max: 250 }],
      'max-params': ['error', { max: 6 }],
      'no-console': 'error',
      'prefer-const': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['src/commands/**', 'src/start.ts', 'src/shutdown.ts', 'bench/**', 'test/**'],
    rules: { 'no-console': 'off' },
  },
  outbound,
  client,
  ...boundaries,
  ...purity,
);
