import { expect, test } from 'vitest';
import { errorPage } from './error-page.ts';

const address = { host: 'flask.example:5000', path: '/<x>?"' };

test('what comes from the guest is text', () => {
  const page = errorPage({ kind: 'outside', address, target: 'https://x/<script>' });
  expect(page).not.toContain('<script>');
  expect(page).not.toContain('/<x>');
});

test('a refusal speaks of the port, not of the firewall', () => {
  const page = errorPage({ kind: 'refused', address });
  expect(page).toContain('port 5000');
  expect(page).not.toContain('firewall');
});

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1536, '1.5 KiB'],
  [5 * 1024 * 1024, '5.0 MiB'],
])('a file of %d bytes is %s long', (bytes, words) => {
  const page = errorPage({ kind: 'file', address, contentType: 'application/zip', bytes });
  expect(page).toContain(`a file of ${words}`);
  expect(page).toContain('application/zip');
});
