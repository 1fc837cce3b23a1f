import { expect, test } from 'vitest';
import { sha256 } from '../build/fingerprint.ts';
import { indexPages, wheelPath } from './index-pages.ts';
import type { Wheel } from './wheel.ts';

const wheel = (name: string, fileName: string): Wheel => ({
  name,
  version: '1',
  fileName,
  bytes: Buffer.from(fileName),
});
const WHEELS = [
  wheel('virtualenv', 'virtualenv-20.17.1+ds-py3-none-any.whl'),
  wheel('flask', 'Flask-2.2.2-py3-none-any.whl'),
  wheel('flask', 'Flask-2.2.3-py3-none-any.whl'),
];

test('the first page leads to every project, once and in order', () => {
  const page = indexPages(WHEELS).get('simple/index.html') ?? '';
  expect([...page.matchAll(/href="([^"]*)"/g)].map(([, address]) => address)).toEqual([
    '/simple/flask/',
    '/simple/virtualenv/',
  ]);
});

test("a project's page leads to its files, with their hashes", () => {
  const pages = indexPages(WHEELS);
  const hash = sha256('virtualenv-20.17.1+ds-py3-none-any.whl');
  expect(pages.get('simple/virtualenv/index.html')).toContain(
    `<a href="http://files.pythonhosted.org/packages/virtualenv-20.17.1%2Bds-py3-none-any.whl#sha256=${hash}">virtualenv-20.17.1+ds-py3-none-any.whl</a>`,
  );
  expect(pages.get('simple/flask/index.html')?.match(/<a /g)).toHaveLength(2);
  expect(pages.has('simple/nosuchpackage/index.html')).toBe(false);
});

test('files lie where the pages say', () => {
  expect(WHEELS.slice(0, 1).map(wheelPath)).toEqual(['packages/virtualenv-20.17.1+ds-py3-none-any.whl']);
});
