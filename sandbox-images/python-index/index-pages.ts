/** The pages of a Python package index (PEP 503) over a set of wheels. */
import { sha256 } from '../build/fingerprint.ts';
import type { Wheel } from './wheel.ts';

/** Where the files themselves are, as on the real index. */
export const FILES_HOST = 'files.pythonhosted.org';
export const INDEX_HOST = 'pypi.org';

/** Path of a wheel on {@link FILES_HOST}, without the leading slash. */
export function wheelPath(wheel: Wheel): string {
  return `packages/${wheel.fileName}`;
}

/** Pages by their path on {@link INDEX_HOST}; `…/index.html` stands for the address that ends in a slash. */
export function indexPages(wheels: readonly Wheel[]): Map<string, string> {
  const projects = new Map<string, Wheel[]>();
  for (const wheel of wheels) projects.set(wheel.name, [...(projects.get(wheel.name) ?? []), wheel]);
  const names = [...projects.keys()].sort();
  const pages = new Map([
    [
      'simple/index.html',
      page(
        'Simple index',
        names.map((name) => `<a href="/simple/${name}/">${name}</a>`),
      ),
    ],
  ]);
  for (const name of names)
    pages.set(`simple/${name}/index.html`, page(`Links for ${name}`, (projects.get(name) ?? []).map(link)));
  return pages;
}

function link(wheel: Wheel): string {
  const address = `http://${FILES_HOST}/${wheelPath(wheel).split('/').map(encodeURIComponent).join('/')}`;
  return `<a href="${address}#sha256=${sha256(wheel.bytes)}">${escape(wheel.fileName)}</a>`;
}

function page(title: string, links: readonly string[]): string {
  return [
    '<!DOCTYPE html>',
    '<html>',
    `<head><meta name="pypi:repository-version" content="1.0"><title>${escape(title)}</title></head>`,
    '<body>',
    `<h1>${escape(title)}</h1>`,
    ...links.map((each) => `${each}<br>`),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
