import { describe, expect, it } from 'vitest';
import { ShellMarks, type ShellMark } from './shell-marks.ts';

const KEY = '00112233445566778899aabbccddeeff';

/** Bytes as text, and marks, in the order in which they come. */
function split(pieces: readonly string[], key: string | null = null): (string | ShellMark)[] {
  const marks = new ShellMarks();
  marks.setKey(key);
  return pieces
    .flatMap((piece) => marks.split(new TextEncoder().encode(piece)))
    .map((part) => (part instanceof Uint8Array ? new TextDecoder('latin1').decode(part) : part));
}

function marksOf(pieces: readonly string[], key: string | null = null): ShellMark[] {
  return split(pieces, key).filter((part) => typeof part !== 'string');
}

const OUTPUT = '\x1b]133;C;cmdline=ls -l\x07total 0\r\n\x1b]133;D;2\x07\x1b]133;A\x1b\\sammy@server:~$ ';
const SIGNED = `\x1b]133;C;k=${KEY};cmdline=ls -l\x07total 0\r\n\x1b]133;D;2;k=${KEY}\x07\x1b]133;A;k=${KEY}\x1b\\$ `;
const EXPECTED: readonly ShellMark[] = [
  { kind: 'command-start', commandLine: 'ls -l' },
  { kind: 'command-end', status: 2 },
  { kind: 'prompt' },
];

describe('ShellMarks', () => {
  it('finds what ran and how it ended, each after the bytes before it', () => {
    expect(split([OUTPUT])).toEqual([
      '\x1b]133;C;cmdline=ls -l\x07',
      EXPECTED[0],
      'total 0\r\n\x1b]133;D;2\x07',
      EXPECTED[1],
      '\x1b]133;A\x1b\\',
      EXPECTED[2],
      'sammy@server:~$ ',
    ]);
  });

  it('finds it wherever the bytes are cut, and loses none of them', () => {
    for (const output of [OUTPUT, SIGNED]) {
      for (let cut = 1; cut < output.length; cut++) {
        expect(marksOf([output.slice(0, cut), output.slice(cut)])).toEqual(EXPECTED);
      }
      const parts = split([...output]);
      expect(parts.filter((part) => typeof part !== 'string')).toEqual(EXPECTED);
      expect(parts.filter((part) => typeof part === 'string').join('')).toBe(output);
    }
  });

  it('passes over other sequences and over marks without an end', () => {
    expect(marksOf(['\x1b]0;title\x07\x1b[1m\x1b]133;Z\x07\x1b]133;D;x\x07\x1b]133;Ab\x07'])).toEqual([]);
    expect(marksOf([`\x1b]133;C;cmdline=${'x'.repeat(10_000)}`, '\x1b]133;A\x07'])).toEqual([
      { kind: 'prompt' },
    ]);
    expect(marksOf(['\x1b]133;C;cmdline=torn\x1b]133;A\x07'])).toEqual([{ kind: 'prompt' }]);
    expect(marksOf(['\x1b\x1b]133;A\x07'])).toEqual([{ kind: 'prompt' }]);
  });

  it('counts only marks that carry its key, once it has one', () => {
    expect(marksOf([SIGNED], KEY)).toEqual(EXPECTED);
    expect(marksOf([OUTPUT], KEY)).toEqual([]);
    expect(marksOf([SIGNED.replaceAll(KEY, KEY.replace('0', '1'))], KEY)).toEqual([]);
    // A command line that looks like a key is none.
    expect(marksOf([`\x1b]133;C;cmdline=;k=${KEY};cmdline=x\x07`], KEY)).toEqual([]);
  });
});
