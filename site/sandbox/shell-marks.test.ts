import { describe, expect, it } from 'vitest';
import { ShellMarks, type ShellMark } from './shell-marks.ts';

function marksOf(...pieces: string[]): ShellMark[] {
  const found: ShellMark[] = [];
  const marks = new ShellMarks((mark) => found.push(mark));
  for (const piece of pieces) marks.feed(new TextEncoder().encode(piece));
  return found;
}

const OUTPUT = '\x1b]133;C;cmdline=ls -l\x07total 0\r\n\x1b]133;D;2\x07\x1b]133;A\x1b\\sammy@server:~$ ';

describe('ShellMarks', () => {
  const expected: ShellMark[] = [
    { kind: 'command-start', commandLine: 'ls -l' },
    { kind: 'command-end', status: 2 },
    { kind: 'prompt' },
  ];

  it('finds what ran and how it ended', () => {
    expect(marksOf(OUTPUT)).toEqual(expected);
  });

  it('finds it wherever the bytes are cut', () => {
    for (let cut = 1; cut < OUTPUT.length; cut++) {
      expect(marksOf(OUTPUT.slice(0, cut), OUTPUT.slice(cut))).toEqual(expected);
    }
    expect(marksOf(...OUTPUT)).toEqual(expected);
  });

  it('passes over other sequences and over marks without an end', () => {
    expect(marksOf('\x1b]0;title\x07\x1b[1m\x1b]133;Z\x07')).toEqual([]);
    expect(marksOf(`\x1b]133;C;cmdline=${'x'.repeat(10_000)}`, '\x1b]133;A\x07')).toEqual([
      { kind: 'prompt' },
    ]);
  });
});
