import { expect, test } from 'vitest';
import { markup } from './markup.ts';

test('what is put in is text', () => {
  expect(String(markup`<a title="${`'"><b>`}">${`&'`}</a>`)).toBe(
    '<a title="&#39;&#34;&#62;&#60;b&#62;">&#38;&#39;</a>',
  );
});

test('what comes from a template stays HTML, one piece or many', () => {
  const item = markup`<li>${'<'}</li>`;
  expect(String(markup`<ul>${item}</ul>`)).toBe('<ul><li>&#60;</li></ul>');
  expect(String(markup`<ul>${[item, item]}</ul>`)).toBe('<ul><li>&#60;</li>\n<li>&#60;</li></ul>');
  expect(String(markup`<ul>${[]}</ul>`)).toBe('<ul></ul>');
});
