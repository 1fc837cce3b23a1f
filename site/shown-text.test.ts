import { expect, it } from 'vitest';
import { sameText, shownText } from './shown-text.ts';

it.each([
  ['Ann\u202eBob\u200f', 'AnnBob'],
  ['  Ann \n\t\u0000 Lee ', 'Ann Lee'],
  ['a\ufeffb\u00adc\u2060d\u{e0041}', 'a bcd'],
  ['<b>Ann</b>', '<b>Ann</b>'],
  ['=1+1', '=1+1'],
  [`A${'\u0301'.repeat(50)}`, `Á${'\u0301'.repeat(4)}`],
  ['می‌خواهم', 'می‌خواهم'],
  ['👩‍🏫', '👩‍🏫'],
  ['\ud800', ''],
  ['é'.repeat(130), `${'é'.repeat(120)}…`],
  [`${'a'.repeat(119)}😀`, `${'a'.repeat(119)}…`],
])('%j is shown as %j', (text, shown) => expect(shownText(text)).toBe(shown));

it('what looks alike is the same', () => {
  expect(sameText('Ann\u200d\u202e  LEE')).toBe(sameText('ann lee'));
  expect(sameText('e\u0301')).toBe(sameText('é'));
  expect(sameText('Ann')).not.toBe(sameText('Anna'));
});
