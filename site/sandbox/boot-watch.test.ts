import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AgentClient } from './agent.ts';
import { bootEnd } from './boot-watch.ts';
import { Consoles } from './consoles.ts';
import { switchedOff } from './problems.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const PROMPT = bytes('\x1b]133;A\x07$ ');

function boot() {
  const agent = new AgentClient(
    () => Promise.resolve(),
    () => false,
  );
  const consoles = new Consoles();
  const life = new AbortController();
  const clock = { standsStill: false };
  const end = bootEnd(agent, consoles, { signal: life.signal, standsStill: () => clock.standsStill });
  end.catch(() => {});
  const ready = (): void => agent.receive(bytes('{"event":"ready"}\n'));
  return { consoles, life, end, ready, clock };
}

describe('bootEnd', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('comes with the agent and the first prompt, in any order', async () => {
    const first = boot();
    first.ready();
    first.consoles.receive(0, PROMPT);
    expect(await first.end).toEqual({ hasAgent: true });
    const second = boot();
    second.consoles.receive(0, PROMPT);
    second.ready();
    expect(await second.end).toEqual({ hasAgent: true });
  });

  it('comes without the agent, some seconds after the prompt', async () => {
    const { consoles, end } = boot();
    consoles.receive(0, PROMPT);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await end).toEqual({ hasAgent: false });
  });

  it('comes without marks, when the console has been quiet for long', async () => {
    const { consoles, end, ready } = boot();
    ready();
    consoles.receive(0, bytes('login: sammy\r\n'));
    await vi.advanceTimersByTimeAsync(39_000);
    consoles.receive(0, bytes('$ '));
    await vi.advanceTimersByTimeAsync(40_000);
    expect(await end).toEqual({ hasAgent: true });
  });

  it.each([true, false])('comes although the console never goes quiet; agent: %s', async (hasAgent) => {
    const { consoles, end, ready } = boot();
    const settled = vi.fn();
    end.then(settled, settled);
    if (hasAgent) ready();
    for (let second = 0; second < 60; second++) {
      expect(settled).not.toHaveBeenCalled();
      consoles.receive(0, bytes('exit\r\nlogin: sammy\r\n'));
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(settled.mock.calls).toEqual([[{ hasAgent }]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('comes with the agent alone, at the very end', async () => {
    const { end, ready } = boot();
    ready();
    await vi.advanceTimersByTimeAsync(360_000);
    expect(await end).toEqual({ hasAgent: true });
  });

  it('does not count the time in which the machine stands still', async () => {
    const { clock, consoles, end, ready } = boot();
    const settled = vi.fn();
    end.then(settled, settled);
    clock.standsStill = true;
    await vi.advanceTimersByTimeAsync(3_600_000);
    consoles.receive(0, bytes('login: sammy\r\n'));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(settled).not.toHaveBeenCalled();
    clock.standsStill = false;
    ready();
    consoles.receive(0, PROMPT);
    expect(await end).toEqual({ hasAgent: true });
  });

  it('fails when nothing comes, and ends with the machine', async () => {
    const silent = boot();
    const failed = expect(silent.end).rejects.toMatchObject({ problem: { code: 'guest-crashed' } });
    await vi.advanceTimersByTimeAsync(360_000);
    await failed;
    const off = boot();
    off.life.abort(switchedOff());
    await expect(off.end).rejects.toMatchObject({ problem: { code: 'switched-off' } });
  });
});
