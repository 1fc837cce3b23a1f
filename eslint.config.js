import { defineConfig, globalIgnores } from 'eslint/config';
import astro from 'eslint-plugin-astro';
import tseslint from 'typescript-eslint';
import { ZONES } from './eslint.zones.js';

export default defineConfig(
  globalIgnores(['dist/', '.astro/', 'test-results/', 'playwright-report/']),
  tseslint.configs.strictTypeChecked,
  astro.configs.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, extraFileExtensions: ['.astro'] } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Numbers in a template are plain to read, and every one of ours is meant to be shown.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // A port is async because one of its implementations must be; the others need not await anything.
      '@typescript-eslint/require-await': 'off',
      // `() => void start()` says better than a block that the result is not looked at.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // An underscore says that a parameter is there for the signature only.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
    },
  },
  {
    // Their types come from Astro's own compiler (`astro check`), which the rules that need types cannot ask.
    files: ['**/*.astro', '**/*.astro/*.ts', '**/*.astro/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    // Configuration, and the one script that runs before anything is installed: plain JavaScript, checked by tsc.
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ['**/*.test.ts'],
    rules: {
      // Stand-ins implement a port whose methods they do not all need.
      '@typescript-eslint/no-empty-function': 'off',
      // Tests take text apart into code points, which is what they mean to do.
      '@typescript-eslint/no-misused-spread': 'off',
      // `expect(port.method)` only looks at the method.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  // Who may import whom.
  ...ZONES,
);
