import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Consoles } from './consoles.ts';
import type { ShellMark } from './shell-marks.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);
const events = () => ({ onBacklog: vi.fn(), onError: vi.fn() });

describe('Consoles', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gives input in the pieces that the guest takes, and loses none of it', async () => {
    const consoles = new Consoles();
    const room = [3, 0, 0, 2, 100, 100];
    let taken = '';
    consoles.connect((_, offered) => {
      const part = offered.subarray(0, room.shift() ?? 100);
      taken += text(part);
      return part.length;
    }, events());
    const first = consoles.write(0, bytes('apt-get '));
    const second = consoles.write(0, bytes('update'));
    await vi.runAllTimersAsync();
    await Promise.all([first, second]);
    expect(taken).toBe('apt-get update');
  });

  it('hands output to those who listen to that console, until they stop', () => {
    const consoles = new Consoles();
    const heard: string[] = [];
    const stop = consoles.onData(1, (data) => void heard.push(text(data)));
    consoles.receive(0, bytes('other'));
    consoles.receive(1, bytes('one'));
    stop();
    consoles.receive(1, bytes('two'));
    expect(heard).toEqual(['one']);
  });

  it('hands on the first bytes at once, and collects those that follow', () => {
    const consoles = new Consoles();
    const heard: string[] = [];
    consoles.onData(0, (data) => void heard.push(text(data)));
    for (const line of ['1\n', '2\n', '3\n', '4\n']) consoles.receive(0, bytes(line));
    expect(heard).toEqual(['1\n']);
    vi.advanceTimersByTime(10);
    expect(heard).toEqual(['1\n', '2\n3\n4\n']);
    vi.advanceTimersByTime(1000);
    consoles.receive(0, bytes('key'));
    expect(heard.at(-1)).toBe('key');
  });

  it('tells marks in order with the bytes around them', () => {
    const consoles = new Consoles();
    const heard: (string | ShellMark)[] = [];
    consoles.onData(0, (data) => void heard.push(text(data)));
    consoles.onMark(0, (mark) => heard.push(mark));
    consoles.receive(0, bytes('.'));
    consoles.receive(0, bytes('before\x1b]133;'));
    consoles.receive(0, bytes('A\x07after'));
    vi.advanceTimersByTime(10);
    expect(heard).toEqual(['.', 'before\x1b]133;A\x07', { kind: 'prompt' }, 'after']);
  });

  it('lets no mark without the key count, not even the last', () => {
    const consoles = new Consoles();
    const heard = vi.fn();
    consoles.onMark(0, heard);
    consoles.connect(() => 0, events());
    consoles.setMarkKey('ab');
    consoles.receive(0, bytes('.'));
    consoles.receive(0, bytes('\x1b]133;A\x07'));
    consoles.disconnect();
    expect(heard).not.toHaveBeenCalled();
  });

  it('says when listeners have much left to deal with, and when they are through', async () => {
    const consoles = new Consoles();
    const heard = events();
    consoles.connect(() => 0, heard);
    const dealtWith: (() => void)[] = [];
    consoles.onData(0, () => new Promise<void>((resolve) => dealtWith.push(resolve)));
    for (let count = 0; count < 5; count++) consoles.receive(0, new Uint8Array(64 * 1024));
    expect(heard.onBacklog.mock.calls).toEqual([[true]]);
    for (const resolve of dealtWith.slice(0, 3)) resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(heard.onBacklog.mock.calls).toEqual([[true]]);
    for (const resolve of dealtWith) resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(heard.onBacklog.mock.calls).toEqual([[true], [false]]);
  });

  it('keeps what a listener throws from the guest and from the other listeners', () => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => {});
    const consoles = new Consoles();
    const broken = new Error('a listener of ours');
    const throws = (): never => {
      throw broken;
    };
    consoles.onData(0, throws);
    consoles.onMark(0, throws);
    const heard: unknown[] = [];
    consoles.onData(0, (data) => void heard.push(text(data)));
    consoles.onMark(0, (mark) => heard.push(mark.kind));
    consoles.receive(0, bytes('\x1b]133;A\x07$ '));
    expect(heard).toEqual(['\x1b]133;A\x07', 'prompt', '$ ']);
    expect(report.mock.calls).toEqual([[broken], [broken], [broken]]);
    report.mockRestore();
  });

  it('counts no backlog of a machine that has ended', async () => {
    const consoles = new Consoles();
    const dealtWith: (() => void)[] = [];
    consoles.onData(0, () => new Promise<void>((resolve) => dealtWith.push(resolve)));
    consoles.connect(() => 0, events());
    consoles.receive(0, new Uint8Array(300 * 1024));
    consoles.disconnect();
    const next = events();
    consoles.connect(() => 0, next);
    for (const resolve of dealtWith) resolve();
    await vi.advanceTimersByTimeAsync(0);
    consoles.receive(0, new Uint8Array(200 * 1024));
    expect(next.onBacklog).not.toHaveBeenCalled();
  });

  it('reports a machine that breaks when it is given input', () => {
    const consoles = new Consoles();
    const heard = events();
    const broken = new RangeError('index out of bounds');
    consoles.connect(() => {
      throw broken;
    }, heard);
    consoles.write(0, bytes('x')).catch(() => {});
    expect(heard.onError).toHaveBeenCalledWith(broken);
    consoles.disconnect();
  });

  it('refuses input when the machine is off, also what still waits', async () => {
    const consoles = new Consoles();
    await expect(consoles.write(0, bytes('x'))).rejects.toThrow('off');
    consoles.connect(() => 0, events());
    const waiting = expect(consoles.write(0, bytes('x'))).rejects.toThrow('off');
    consoles.disconnect();
    await waiting;
  });
});
