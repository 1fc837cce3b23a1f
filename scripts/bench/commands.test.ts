import { expect, it } from 'vitest';
import { commandsTable, instructionsTable } from './commands.ts';

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

it('the table of instructions has millions, and nothing where none were counted', () => {
  const command = 'python3 -c pass';
  const table = instructionsTable([
    { command, firstMs: 1, secondMs: 1, firstInstructions: 47e6, secondInstructions: 42e6 },
    { command: 'sudo nginx -t', firstMs: 1, secondMs: 1 },
  ]);
  expect(table).toMatch(/^python3 -c pass\s+47\s+42$/m);
  expect(table).toMatch(/^sudo nginx -t\s+-\s+-$/m);
});
