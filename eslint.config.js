import tseslint from 'typescript-eslint';

const noMachine =
  'The engine gets time, randomness, network and files from Environment; only engine/src/node may touch the machine.';

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '**/*.mjs', '**/*.cjs', 'eslint.config.js', 'vitest.config.ts'] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // `const { gone: _gone, ...rest } = …` is how a field is left out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['engine/src/**'],
    ignores: ['engine/src/node/**', '**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['fetch', 'process', 'performance', 'setTimeout', 'setInterval'].map((name) => ({
          name,
          message: noMachine,
        })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: noMachine },
        { object: 'Date', property: 'now', message: noMachine },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: noMachine },
      ],
    },
  },
  { files: ['scripts/**', 'test/{bench,fuzz,parity,trace}/main.ts'], rules: { 'no-console': 'off' } },
);
