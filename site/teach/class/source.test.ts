import { expect, it } from 'vitest';
import { coursePerson, fileOf } from './source.ts';

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

it('a file’s name, which its student chose, cannot pose as another participant', () => {
  const path = 'all.zip/Eve X_5_assignsubmission_file_Bob Y_6_assignsubmission_file_x.typealong';
  expect(coursePerson(path)).toEqual({ site: 'moodle', id: '5', name: 'Eve X' });
  // Newer Moodles end the folder's name here.
  expect(coursePerson('all.zip/Eve X_5_assignsubmission_file/x.typealong')).toMatchObject({ id: '5' });
  expect(coursePerson('all.zip/Eve X_5_assignsubmission_fileBob/x.typealong')).toBeNull();
});
