import { expect, it } from 'vitest';
import { ASSIGNMENT, CATALOG } from '../testing/example.ts';
import { makeHandIn, MINUTE, newBrowser, Work } from '../testing/hand-in.ts';
import { detailsOf } from './details.ts';
import { recordingOf } from './recording.ts';

it('a student’s time line, files and terminals', async () => {
  const work = new Work(Date.UTC(2026, 10, 20)).add({ kind: 'opened', step: 'a' });
  work.pass(MINUTE).add({ kind: 'command', by: 'typed', action: null, text: 'echo \u202e<b>\u0007' });
  work
    .check('a1', 'fail', 'socket-missing')
    .go('two')
    .add({ kind: 'back', afterMs: 5 * MINUTE });
  work.go('gone').add({ kind: 'machine', what: 'reset' });
  const bytes = await makeHandIn({
    ...{
      browser: await newBrowser(),
      assignment: ASSIGNMENT,
      catalog: CATALOG,
      student: 'Ann',
      work: { flask: work },
    },
    ...{ madeAtMs: work.at, diffs: { '/home/a\u202e.py': '-a\u202e\n+\u001b[1mb\n' } },
    cast: '{"version":2,"width":80,"height":24,"title":"Terminal 1"}\n[0.5,"o","$ ls\\r\\n"]\n',
  });
  const { chapters, files, terminals, hasMachine } = await detailsOf(new Blob([bytes]), CATALOG);
  expect(chapters.map(({ title, events }) => [title, events.map(({ words }) => words)])).toEqual([
    [
      'One',
      ['Opened the step “A”', 'Typed or pasted another command: echo <b>', '“A1” failed: socket missing'],
    ],
    ['Two', ['Came back after 5 min']],
    ['gone', ['Reset the machine']],
  ]);
  expect(files).toEqual([{ path: '/home/a.py', diff: '-a\n+[1mb\n' }]);
  expect(terminals).toEqual([
    { title: 'Terminal 1', columns: 80, rows: 24, frames: [{ at: 0, data: '$ ls\r\n' }], text: '$ ls\n' },
  ]);
  expect(hasMachine).toBe(false);
});

it.each([
  ['colours and titles', '\x1b[31mred\x1b[0m \x1b]0;title\x07x', 'red x'],
  ['links', '\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\', 'here'],
  ['the clipboard', 'a\x1b]52;c;ZXZpbA==\x07b', 'ab'],
  ['sequences without end', 'a\x1b]52;c;ZXZp', 'a'],
  ['questions', 'a\x1bP$q"p\x1b\\b\x1b[6n\x1bcc', 'abc'],
  ['what is written over', '10 %\r20 %\rab\b\bAB\n', 'AB %\n'],
  ['line ends', 'a\r\nb\r\r\nc', 'a\nb\nc'],
  ['text that runs backwards', 'a\u202eb\u2066c', 'abc'],
])('of a recording, %s', (_, output, text) => {
  const cast = `${JSON.stringify({ version: 2 })}\n${JSON.stringify([0, 'o', output])}\n[1,"i","typed"]\nnonsense\n`;
  expect(recordingOf(cast)?.text).toBe(text);
});

const framesOf = (...events: [number, string][]) =>
  recordingOf(
    `{"version":2,"width":9999,"height":-1}\n${events.map(([at, data]) => JSON.stringify([at, 'o', data])).join('\n')}`,
  );

it.each([
  ['colours', '\x1b[1;31mred\x1b[0m', '\x1b[1;31mred\x1b[0m'],
  [
    'the cursor, and the other screen',
    '\x1b[2J\x1b[10;5H\x1b[?1049h\x1b[K',
    '\x1b[2J\x1b[10;5H\x1b[?1049h\x1b[K',
  ],
  ['no links', '\x1b]8;;https://evil.example\x1b\\here', 'here'],
  ['no clipboard', 'a\x1b]52;c;ZXZpbA==\x07b', 'ab'],
  [
    'no questions, modes and window',
    '\x1b[6n\x1b[c\x1b[?1000h\x1b[?2004h\x1b[8;9;9t\x1bP$q"p\x1b\\\x1bc',
    '',
  ],
  ['no repetition', 'a\x1b[999b\x1b[999999999Cb', 'ab'],
  ['no sequence of eight bits', '\x9b6n\x9d52;c;a\x9c', '6n52;c;a'],
  ['no bell', 'a\x07b', 'ab'],
])('of a recording are drawn: %s', (_, output, drawn) => {
  expect(
    framesOf([0, output], [0, ' '])
      ?.frames.map(({ data }) => data)
      .join(''),
  ).toBe(`${drawn} `);
});

it('sequences may go on in the next frame; pauses are short, and times do not go back', () => {
  const recording = framesOf([5, 'a\x1b[3'], [5.5, '1mb\x1b]52;c;'], [1, 'ZXZp\x07c'], [900, 'd']);
  expect(recording?.frames).toEqual([
    { at: 0, data: 'a' },
    { at: 0.5, data: '\x1b[31mb' },
    { at: 0.5, data: 'c' },
    { at: 2.5, data: 'd' },
  ]);
  expect([recording?.columns, recording?.rows]).toEqual([300, 5]);
});

it('what is no recording, and one that is long, do no harm', () => {
  expect(recordingOf('')).toBeNull();
  expect(recordingOf('{"version":3}')).toBeNull();
  for (const piece of ['\x1b]', '\x1b[', '\x1bP', '\r', '\b', 'a\x1b']) {
    const start = performance.now();
    recordingOf(`{"version":2}\n${JSON.stringify([0, 'o', piece.repeat(1_000_000)])}`);
    // A square of the length would take minutes.
    expect(performance.now() - start).toBeLessThan(5000);
  }
});

it('of a recording, what draws nothing is no frame, and there are only so many', () => {
  const events = (data: string, count: number): string =>
    Array.from({ length: count }, (_, at) => JSON.stringify([at, 'o', data])).join('\n');
  expect(recordingOf(`{"version":2}\n${events('', 300_000)}`)?.frames).toEqual([]);
  expect(recordingOf(`{"version":2}\n${events('\x1b[6n', 10)}\n[9,"o","end"]`)?.frames).toEqual([
    { at: 9, data: 'end' },
  ]);
  const many = recordingOf(`{"version":2}\n${events('a', 300_000)}\n[300000,"o","end"]`)?.frames ?? [];
  expect(many).toHaveLength(100_000);
  expect(many.at(-1)?.data).toBe('end');
});
