import { expect, it } from 'vitest';
import type { ListedMachine } from './kept-machine.ts';
import { copyName, factsOf, keepingInWords, kindOf, roomInWords, sizeInWords, titleOf } from './words.ts';

const NOW = new Date(2026, 10, 27, 18, 30);
const COPY: ListedMachine = {
  ...{ key: 'g~1', guide: 'g', role: 'copy', fate: 'fits', url: '/', bytes: 34_249_000 },
  about: {
    guide: 'g',
    chapter: { slug: 'c', number: 3, title: 'Nginx' },
    ...{ image: 'i', snapshot: 's', recipe: 'r', v86Version: 'v', name: 'mine' },
    savedAtMs: new Date(2026, 10, 27, 18, 12).getTime(),
  },
};

it('a machine is called by its chapter, and a copy by its name', () => {
  expect([titleOf(COPY), factsOf(COPY, NOW), kindOf(COPY)]).toEqual([
    'mine',
    'Chapter 3: Nginx · Saved today at 18:12 · 34.2 MB',
    'copy',
  ]);
  const own = { ...COPY, role: 'own' } as const;
  expect([titleOf(own), factsOf(own, NOW), kindOf(own)]).toEqual([
    'Chapter 3: Nginx',
    'Saved today at 18:12 · 34.2 MB',
    '',
  ]);
  expect(copyName(own)).toBe('Chapter 3, 27 November, 18:12');
  const unknown = { ...COPY, about: null };
  expect([titleOf(unknown), factsOf(unknown, NOW)]).toEqual(['g~1', '34.2 MB']);
});

it('sizes and room', () => {
  expect([sizeInWords(1_234_567), sizeInWords(2.05e9)]).toEqual(['1.2 MB', '2.0 GB']);
  expect(roomInWords({ usage: 5e6, quota: 6e10 })).toContain('5.0 MB of the 60.0 GB');
  expect(roomInWords({})).toBe('');
});

it('each floor of storage has its sentence', () => {
  const floors = [
    keepingInWords('none', true),
    keepingInWords('opfs', true),
    keepingInWords('opfs', false),
    keepingInWords('indexeddb', null),
  ];
  expect(floors[0]).toContain('keeps nothing');
  expect(floors[1]).toContain('until you delete them');
  expect(floors[2]).toContain('as long as it finds room');
  expect(floors[3]).toBe(floors[2]);
});
