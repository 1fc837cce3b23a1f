import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Consoles } from './consoles.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('Consoles', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('gives input in the pieces that the guest takes, and loses none of it', async () => {
    const consoles = new Consoles();
    const room = [3, 0, 0, 2, 100, 100];
    let taken = '';
    consoles.connect((_, offered) => {
      const part = offered.subarray(0, room.shift() ?? 100);
      taken += new TextDecoder().decode(part);
      return part.length;
    });
    const first = consoles.write(0, bytes('apt-get '));
    const second = consoles.write(0, bytes('update'));
    await vi.runAllTimersAsync();
    await Promise.all([first, second]);
    expect(taken).toBe('apt-get update');
  });

  it('hands output to those who listen to that console, until they stop', () => {
    const consoles = new Consoles();
    const heard: string[] = [];
    const stop = consoles.onData(1, (data) => heard.push(new TextDecoder().decode(data)));
    consoles.receive(0, bytes('other'));
    consoles.receive(1, bytes('one'));
    stop();
    consoles.receive(1, bytes('two'));
    expect(heard).toEqual(['one']);
  });

  it('refuses input when the machine is off, also what still waits', async () => {
    const consoles = new Consoles();
    await expect(consoles.write(0, bytes('x'))).rejects.toThrow('off');
    consoles.connect(() => 0);
    const waiting = expect(consoles.write(0, bytes('x'))).rejects.toThrow('off');
    consoles.connect(null);
    await waiting;
  });
});
