/** Bytes of the guest's consoles and of its serial port. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AgentClient } from '../sandbox/agent.ts';
import { switchedOff } from '../sandbox/problems.ts';
import { SerialLines } from '../sandbox/serial-lines.ts';
import { ShellMarks } from '../sandbox/shell-marks.ts';
import { SandboxError } from '../sandbox/types.ts';
import { ShellOutput } from '../workspace/shell-output.ts';
import { fuzz, latin1, mutated, torn, type Random } from './fuzz.ts';
import { concatenate } from '../sandbox/bytes.ts';

// Thousands of inputs, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

/** The most that the guest's driver gives at once. */
const CONSOLE_BYTES = 4096;
const AGENT_ANSWERS = 8000;
const SHELL_MARKS = 6000;
const SHELL_OUTPUTS = 3000;
const SERIAL_OUTPUTS = 3000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const ANSWERS = [
  '{"id":1,"ok":true}',
  '{"id":1,"ok":true,"code":0,"stdout":"aGk=","stderr":""}',
  '{"id":2,"ok":true,"data":"aGk="}',
  '{"id":2,"ok":true,"missing":true}',
  '{"id":3,"ok":true,"type":"file","mode":420,"owner":"root","group":"root","size":5}',
  '{"id":2,"ok":false,"error":"Permission denied"}',
  '{"id":1,"ok":true,"code":"zero","stdout":5}',
  '{"id":2,"ok":true,"data":"%%%"}',
  '{"event":"ready"}',
  '{"event":"shutdown","then":"restart"}',
  '{"event":"shutdown"}',
  '{"id":1e999,"ok":null}',
  `{"id":${'['.repeat(2000)}`,
  '[1] kernel: something else',
  '{"id":}',
  '',
];

it('takes anything that the agent says', async () => {
  const settled: Promise<unknown>[] = [];
  const strange: unknown[] = [];
  await fuzz(
    "the agent's lines",
    AGENT_ANSWERS,
    (random) => {
      const lines = Array.from({ length: 1 + random.below(4) }, () => latin1(`${random.pick(ANSWERS)}\n`));
      const said = concatenate(lines.map((line) => (random.chance(40) ? mutated(random, line) : line)));
      const noise = random.chance(3) ? random.pick(['\n', '{"id":}\n', '{"event":1}\n', 'a', '\xff']) : '';
      const flood = latin1(noise.repeat(CONSOLE_BYTES / Math.max(1, noise.length)));
      return torn(random, concatenate([said, flood]));
    },
    (pieces) => {
      const agent = new AgentClient(
        () => Promise.resolve(),
        () => false,
      );
      agent.onShutdown(() => {});
      for (const asked of [agent.exec(['id']), agent.readFile('/x'), agent.stat('/x')]) {
        settled.push(
          asked.catch((error: unknown) => {
            if (!(error instanceof SandboxError)) strange.push(error);
          }),
        );
      }
      for (const piece of pieces) agent.receive(piece);
      agent.abandon(switchedOff().problem);
    },
  );
  await Promise.all(settled);
  expect(strange).toEqual([]);
});

const SEQUENCES = [
  '\x1b]133;A\x07',
  '\x1b]133;A;k=00112233445566778899aabbccddeeff\x07',
  '\x1b]133;C;cmdline=ls -l\x07',
  '\x1b]133;D;0\x1b\\',
  '\x1b]133;D;99999999999999999999\x07',
  '\x1b]133;C;cmdline=',
  '\x1b]133;',
  '\x1b]8;;http://flask.example:5001/\x07click\x1b]8;;\x07',
  '\x1b]52;c;aGk=\x07',
  '\x1b[31mred\x1b[0m',
  '\x1bP+q\x1b\\',
  '\x1b',
  'sammy@server:~$ ls\r\n',
  'Café…',
];

function output(random: Random): Uint8Array[] {
  const parts = Array.from({ length: 1 + random.below(8) }, () =>
    new TextEncoder().encode(random.pick(SEQUENCES)),
  );
  const bytes = random.chance(60) ? mutated(random, concatenate(parts)) : concatenate(parts);
  if (!random.chance(3)) return torn(random, bytes);
  const flood = latin1(random.pick(['a', '\x1b', '\x1b]133;', '\x1b]133;A', '\x1b[0', '\xc3']).repeat(2000));
  return torn(random, concatenate([bytes, flood, bytes]));
}

it('takes anything that a console prints', async () => {
  let marks = 0;
  await fuzz("the shell's marks", SHELL_MARKS, output, (pieces) => {
    const reader = new ShellMarks();
    for (const piece of pieces)
      marks += reader.split(piece).filter((part) => !(part instanceof Uint8Array)).length;
  });
  // The fuzz reaches what it is meant for: half of its inputs hold a whole mark.
  expect(marks).toBeGreaterThan(SHELL_MARKS / 2);
});

it('takes anything that a terminal shows', async () => {
  let heard = 0;
  await fuzz('what a terminal shows', SHELL_OUTPUTS, output, (pieces) => {
    const reader = new ShellOutput();
    for (const piece of pieces) heard += reader.feed(piece).length;
  });
  expect(heard).toBeGreaterThan(SHELL_OUTPUTS);
});

it('takes anything that the serial port says', async () => {
  let lines = 0;
  await fuzz(
    'the serial port',
    SERIAL_OUTPUTS,
    (random) => concatenate([...output(random), latin1('\n'), random.bytes(random.below(200)), latin1('\n')]),
    (bytes) => {
      const reader = new SerialLines(() => lines++);
      for (const byte of bytes) reader.push(byte);
    },
  );
  expect(lines).toBeGreaterThan(SERIAL_OUTPUTS);
});
