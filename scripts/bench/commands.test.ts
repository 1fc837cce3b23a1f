import { expect, it } from 'vitest';
import { commandsTable } from './commands.ts';

it('the table has medians of the first and the second time, place by place', () => {
  const command = 'python3 -c pass';
  const table = commandsTable([
    {
      title: 'Typealong',
      times: [
        { command, firstMs: 1000, secondMs: 400 },
        { command, firstMs: 2000, secondMs: 600 },
      ],
    },
    { title: 'plain v86', times: [] },
  ]);
  expect(table).toMatch(/^First and second time after a start\s+Typealong\s+plain v86$/m);
  expect(table).toMatch(/^python3 -c pass\s+1\.50 s\s+0\.50 s\s+-\s+-$/m);
});
