import { expect, it } from 'vitest';
import { ownCommand } from './own-command.ts';

it.each([
  ['ls', 'ls'],
  ['  /usr/bin/python3.8  ', '/usr/bin/python3.8'],
  ['mysql -u root -psecret', 'mysql …'],
  ['TOKEN=secret ./deploy.sh', 'TOKEN …'],
  ['echo secret>file', 'echo …'],
  ['cd;login=secret', 'cd …'],
  ['"my secret"', '…'],
  ['$(cat secret)', '…'],
  ['', ''],
])('%j: %j', (text, kept) => {
  expect(ownCommand(text)).toBe(kept);
});
