import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BusyTerminals, duration, isWaitedFor } from './busy-terminals.ts';

let busy: BusyTerminals;

beforeEach(() => {
  busy = new BusyTerminals();
});

describe('a terminal', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is busy from Enter until the next prompt', () => {
    busy.typed(1, 'sleep 100');
    expect(busy.of(1)).toBeNull();
    busy.typed(1, '\r');
    expect(busy.of(1)).toMatchObject({ commandLine: null });
    busy.marked(1, { kind: 'command-start', commandLine: 'sleep 100' });
    busy.typed(1, 'y\r');
    expect(busy.of(1)).toMatchObject({ commandLine: 'sleep 100' });
    expect(busy.of(2)).toBeNull();
    busy.marked(1, { kind: 'command-end', status: 0 });
    busy.marked(1, { kind: 'prompt' });
    expect(busy.of(1)).toBeNull();
  });

  it('is not busy with what is pasted, before Enter', () => {
    busy.typed(1, '\x1b[200~ls\rpwd\r\x1b[201~');
    expect(busy.of(1)).toBeNull();
    busy.typed(1, '\x1b[200~ls\x1b[201~\r');
    expect(busy.of(1)).not.toBeNull();
  });

  it('is free again after an empty line', async () => {
    busy.typed(1, '\r');
    const known = busy.known(1);
    busy.marked(1, { kind: 'prompt' });
    expect(await known).toBeNull();
  });

  it('tells what it is busy with only when the shell has said so', async () => {
    busy.typed(1, '\r');
    const known = busy.known(1);
    busy.marked(2, { kind: 'prompt' });
    busy.marked(1, { kind: 'command-start', commandLine: 'sleep 100' });
    expect(await known).toMatchObject({ commandLine: 'sleep 100' });
  });

  it('counts as busy when the shell never says with what', async () => {
    vi.useFakeTimers();
    busy.typed(1, 'for x in 1 2\r');
    const known = busy.known(1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await known).toEqual({ commandLine: null, seconds: 0 });
  });

  it('is free when the machine refuses what was typed', () => {
    const undo = busy.typed(1, 'ls\r');
    busy.tick();
    undo();
    expect(busy.of(1)).toBeNull();
  });

  it('stays busy with a command when what is typed into that is refused', () => {
    busy.marked(1, { kind: 'command-start', commandLine: 'sleep 100' });
    busy.typed(1, 'y\r')();
    expect(busy.of(1)).toMatchObject({ commandLine: 'sleep 100' });
  });

  it('stays busy when what was refused had been typed before its command', () => {
    const undo = busy.typed(1, '\r');
    busy.clear();
    busy.typed(1, '\r');
    undo();
    expect(busy.of(1)).not.toBeNull();
  });

  it('is free on another machine', async () => {
    busy.typed(1, '\r');
    const known = busy.known(1);
    busy.clear();
    expect(await known).toBeNull();
  });
});

describe('a long command', () => {
  it('is one that a reader waits for', () => {
    busy.marked(1, { kind: 'command-start', commandLine: 'sudo apt-get update' });
    busy.marked(2, { kind: 'command-start', commandLine: 'sudo nano /etc/hosts' });
    for (let second = 0; second < 5; second++) busy.tick();
    expect([...busy.all.values()].map(isWaitedFor)).toEqual([true, false]);
    expect(busy.of(1)?.seconds).toBe(5);
  });

  it.each([
    [5, '5 s'],
    [60, '1 min 0 s'],
    [125, '2 min 5 s'],
  ])('of %i seconds took %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});
