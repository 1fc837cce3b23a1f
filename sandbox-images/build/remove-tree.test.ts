import { expect, test } from 'vitest';
import { mountsBelow } from './remove-tree.ts';

test('what is mounted in a tree is found, the last first, and nothing beside it', () => {
  const table = [
    'proc /proc proc rw 0 0',
    'udev /cache/work/image-7/base/dev devtmpfs rw 0 0',
    'devpts /cache/work/image-7/base/dev/pts devpts rw 0 0',
    'none /cache/work/image-7/a\\040b tmpfs rw 0 0',
    'none /cache/work/image-77/base/proc proc rw 0 0',
    '',
  ].join('\n');
  expect(mountsBelow(table, ['/cache/work/image-7/'])).toEqual([
    '/cache/work/image-7/a b',
    '/cache/work/image-7/base/dev/pts',
    '/cache/work/image-7/base/dev',
  ]);
});
