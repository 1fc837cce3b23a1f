import remarkMdx from 'remark-mdx';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { expect, it } from 'vitest';
import { readDefinitions, remarkDefinitions } from './definitions.ts';
import type { Root } from './tree.ts';

const parse = (text: string): Root => unified().use(remarkParse).use(remarkMdx).parse(text);
const read = (text: string) => readDefinitions(parse(text), 'content/guides/demo/01-a.mdx');

it('takes the sentence that a term is defined in, with its code', () => {
  const text =
    'Before. A <dfn>worker</dfn> is a *process* that\ncalls `app` for each of the requests that come in, as [PEP](https://a.b/) says. After.';
  expect(read(text)).toEqual([
    {
      term: 'worker',
      id: 'term-worker',
      sentence: 'A worker is a process that calls `app` for each of the requests that come in, as PEP says.',
    },
  ]);
});

it('reads lists, tables of text and sentences in parentheses', () => {
  expect(read('- One.\n- <dfn>B c</dfn> is two.\n')[0]).toEqual({
    term: 'B c',
    id: 'term-B-c',
    sentence: 'B c is two.',
  });
  expect(read('(A <dfn>port</dfn> is a number; 80 is usual.)')[0]?.sentence).toBe(
    'A port is a number; 80 is usual.',
  );
});

it('takes the next sentence to a short one, or the one before where none follows', () => {
  expect(read('One. That is a <dfn>job</dfn>. Each is a file. Four.')[0]?.sentence).toBe(
    'That is a job. Each is a file.',
  );
  expect(read('One. Two. That is a <dfn>job</dfn>:')[0]?.sentence).toBe('Two. That is a job.');
});

it('calls a term as its title says, and tells terms apart by their capitals', () => {
  const definitions = read(
    '<dfn title="worker">Workers</dfn> work. <dfn>uWSGI</dfn> speaks <dfn>uwsgi</dfn>.',
  );
  expect(definitions.map(({ term, id }) => [term, id])).toEqual([
    ['worker', 'term-worker'],
    ['uWSGI', 'term-uWSGI'],
    ['uwsgi', 'term-uwsgi'],
  ]);
});

it('rejects a term that is defined twice', () => {
  expect(() => read('A <dfn>port</dfn>.\n\nA <dfn>port</dfn>.')).toThrow(
    'content/guides/demo/01-a.mdx:3: <dfn>: "port" is defined twice in this chapter',
  );
});

it('gives the rendered text its anchors, and whoever renders it the definitions', () => {
  const tree = parse('A <dfn>port</dfn>.');
  const frontmatter: Record<string, unknown> = {};
  remarkDefinitions()(tree, { cwd: '/a', path: '/a/b.mdx', data: { astro: { frontmatter } } });
  expect(frontmatter['definitions']).toEqual([{ term: 'port', id: 'term-port', sentence: 'A port.' }]);
  expect(JSON.stringify(tree)).toContain('"name":"id","value":"term-port"');
});
