import { expect, test } from 'vitest';
import { ShellOutput } from './shell-output.ts';

const PRINTED = 'before\x1b]133;C;cmdline=echo ü\x07mid\x1b[1mdle\x1b]133;D;130\x1b\\\x1b]133;A\x07$ ';
const EXPECTED = ['before', 'start echo ü', 'mid\x1b[1mdle', 'end 130', 'prompt', '$ '];

function collect(pieces: readonly Uint8Array[]): string[] {
  const seen: string[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') seen.push(text);
    text = '';
  };
  const output = new ShellOutput({
    onText: (piece) => (text += piece),
    onMark: (mark) => {
      flush();
      seen.push(
        mark.kind === 'prompt'
          ? 'prompt'
          : mark.kind === 'command-end'
            ? `end ${mark.status}`
            : `start ${mark.commandLine}`,
      );
    },
  });
  for (const piece of pieces) output.feed(piece);
  flush();
  return seen;
}

test('text and marks come in their order', () => {
  expect(collect([new TextEncoder().encode(PRINTED)])).toEqual(EXPECTED);
});

test('wherever it is cut', () => {
  const bytes = new TextEncoder().encode(PRINTED);
  expect(collect([...bytes].map((byte) => new Uint8Array([byte])))).toEqual(EXPECTED);
});

test('a mark without an end does not swallow all that follows', () => {
  const noise = new TextEncoder().encode(`\x1b]133;C;cmdline=${'x'.repeat(9000)}`);
  expect(collect([noise, new TextEncoder().encode('after')])).toEqual(['after']);
});
