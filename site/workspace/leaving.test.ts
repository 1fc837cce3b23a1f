import { describe, expect, it } from 'vitest';
import { fateOf, fragmentOf } from './leaving.ts';
import type { ClickedLink, LinkClick } from './leaving.ts';

const HERE = 'https://learn.example/guides/flask/nginx/';
const click: LinkClick = {
  button: 0,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  defaultPrevented: false,
};
const link = (href: string, more: Partial<ClickedLink> = {}): ClickedLink => ({
  href,
  target: '',
  isDownload: false,
  isChapter: false,
  ...more,
});

describe('a click on a link', () => {
  it.each(['https://learn.example/', '/guides/flask/', '../', 'https://nginx.org/', HERE])(
    'to %s leaves',
    (href) => {
      expect(fateOf(link(href), click, HERE)).toBe('leave');
    },
  );

  it('to another chapter keeps the machine', () => {
    expect(fateOf(link('../uwsgi/', { isChapter: true }), click, HERE)).toBe('chapter');
  });

  it.each(['#step', `${HERE}#step`, 'mailto:a@learn.example', 'javascript:void 0', 'http://['])(
    'to %s stays on the page',
    (href) => {
      expect(fateOf(link(href), click, HERE)).toBe('browser');
    },
  );

  it.each([
    { ctrlKey: true },
    { metaKey: true },
    { shiftKey: true },
    { altKey: true },
    { button: 1 },
    { defaultPrevented: true },
  ])('with %o is the browser’s', (more) => {
    expect(fateOf(link('/'), { ...click, ...more }, HERE)).toBe('browser');
    expect(fateOf(link('../uwsgi/', { isChapter: true }), { ...click, ...more }, HERE)).toBe('browser');
  });

  it('into a new tab or a file is the browser’s', () => {
    expect(fateOf(link('/', { target: '_blank' }), click, HERE)).toBe('browser');
    expect(fateOf(link('/notes.txt', { isDownload: true }), click, HERE)).toBe('browser');
    expect(fateOf(link('/', { target: '_self' }), click, HERE)).toBe('leave');
  });
});

describe('the end of an address', () => {
  it.each([
    ['#step', 'step'],
    ['../uwsgi/#caf%C3%A9', 'café'],
    ['#%E0%A4%A', '%E0%A4%A'],
    ['../uwsgi/', ''],
  ])('of %s is %s', (url, id) => {
    expect(fragmentOf(url, HERE)).toBe(id);
  });
});
