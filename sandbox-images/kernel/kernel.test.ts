import { expect, test } from 'vitest';
import { missingOptions } from './kernel.ts';

test('options that were asked for and are off or absent are named', () => {
  const fragment = 'CONFIG_A=y\nCONFIG_B=y\nCONFIG_C=n\nCONFIG_D=y\n';
  const config = 'CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=y\n';
  expect(missingOptions(fragment, config)).toEqual(['CONFIG_B=y', 'CONFIG_D=y']);
});
