import { expect, it } from 'vitest';
import { sameText, shownText } from './shown-text.ts';
import { coursePerson, fileOf } from './source.ts';

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

it('names of course sites tell whose file it is', () => {
  expect(coursePerson('all.zip/Ann von A_12345_assignsubmission_file_/x_1_2_y.typealong')).toEqual({
    ...{ site: 'moodle', id: '12345', name: 'Ann von A' },
  });
  // Without folders.
  expect(coursePerson('Ann A_12345_assignsubmission_file_x.typealong')).toMatchObject({ id: '12345' });
  expect(coursePerson('submissions.zip/leeann_LATE_123_456_flask-ann.typealong')).toEqual({
    ...{ site: 'canvas', id: '123', name: 'leeann' },
  });
  expect(coursePerson('folder/flask-ann-2026-12-01-1200.typealong')).toBeNull();
  expect(fileOf('a/b\u202e.typealong')).toBe('b.typealong');
});
