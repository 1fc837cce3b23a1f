import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { AgentClient } from './agent.ts';
import { switchedOff } from './problems.ts';

const requestLine = z.looseObject({ id: z.number(), op: z.string() });

function agentOf() {
  const sent: z.infer<typeof requestLine>[] = [];
  const guest = { standsStill: false };
  const agent = new AgentClient(
    (bytes) => {
      sent.push(requestLine.parse(JSON.parse(new TextDecoder().decode(bytes))));
      return Promise.resolve();
    },
    () => guest.standsStill,
  );
  const say = (message: unknown) => agent.receive(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
  return { agent, sent, say, guest };
}

describe('AgentClient', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('matches answers to requests in any order', async () => {
    const { agent, sent, say } = agentOf();
    const first = agent.exec(['id'], { stdin: 'é' });
    const second = agent.readFile('/etc/hostname');
    expect(sent[0]).toMatchObject({ op: 'exec', argv: ['id'], stdin: 'w6k=' });
    say({ id: sent[1]?.id, ok: true, data: 'c2VydmVyCg==' });
    say({ id: sent[0]?.id, ok: true, code: 1, stdout: 'w6k=', stderr: '' });
    expect(await second).toBe('server\n');
    expect(await first).toEqual({ code: 1, stdout: 'é', stderr: '' });
  });

  it('puts torn lines together and passes over what is no message', async () => {
    const { agent, sent } = agentOf();
    const stat = agent.stat('/x');
    const answer = `kernel noise\n{"id":${sent[0]?.id ?? 0},"ok":true,"missing":true}\n`;
    for (const char of answer) agent.receive(new TextEncoder().encode(char));
    expect(await stat).toBeNull();
  });

  it('passes on what the agent refuses', async () => {
    const { agent, sent, say } = agentOf();
    const written = agent.writeFile('/no/such/folder/x', '');
    say({ id: sent[0]?.id, ok: false, error: 'No such file or directory' });
    await expect(written).rejects.toThrow('No such file or directory');
  });

  it('gives up on an agent that stays silent, and on a machine that goes off', async () => {
    const { agent } = agentOf();
    const silent = expect(agent.stat('/x')).rejects.toMatchObject({ problem: { code: 'agent-silent' } });
    await vi.advanceTimersByTimeAsync(30_000);
    await silent;
    const off = expect(agent.readFile('/x')).rejects.toMatchObject({ problem: { code: 'switched-off' } });
    agent.abandon(switchedOff().problem);
    await off;
    const restart = expect(agent.stat('/x')).rejects.toThrow('restarts');
    agent.abandon({ code: 'switched-off', message: 'The machine restarts.' });
    await restart;
  });

  it('does not count the time in which the guest stands still', async () => {
    const { agent, guest, sent, say } = agentOf();
    const asked = agent.readFile('/x');
    await vi.advanceTimersByTimeAsync(20_000);
    guest.standsStill = true;
    await vi.advanceTimersByTimeAsync(3_600_000);
    guest.standsStill = false;
    await vi.advanceTimersByTimeAsync(9_000);
    say({ id: sent[0]?.id, ok: true, missing: true });
    expect(await asked).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells of each agent that has started, until nobody listens', () => {
    const { agent, say } = agentOf();
    const started = vi.fn();
    const unsubscribe = agent.onReady(started);
    say({ event: 'ready' });
    say({ event: 'ready' });
    expect(started).toHaveBeenCalledTimes(2);
    unsubscribe();
    say({ event: 'ready' });
    expect(started).toHaveBeenCalledTimes(2);
  });

  it('reads a line of two full streams, and forgets one that never ends', async () => {
    vi.useRealTimers();
    const { agent, sent, say } = agentOf();
    const full = btoa('x'.repeat(1024 * 1024));
    const large = agent.exec(['cat', '/large']);
    say({ id: sent[0]?.id, ok: true, code: 0, stdout: full, stderr: full });
    expect((await large).stdout).toHaveLength(1024 * 1024);

    const read = agent.readFile('/x');
    const noise = new Uint8Array(4096).fill(65);
    const before = performance.now();
    for (let i = 0; i < 4096; i++) agent.receive(noise);
    expect(performance.now() - before).toBeLessThan(2000);
    say({});
    say({ id: sent[1]?.id, ok: true, data: 'eA==' });
    expect(await read).toBe('x');
  });

  it('rejects answers that make no sense with a problem that can be shown', async () => {
    const { agent, sent, say } = agentOf();
    const asked = [agent.exec(['id']), agent.readFile('/x'), agent.stat('/x'), agent.readFile('/y')];
    const outcomes = Promise.allSettled(asked);
    say({ id: sent[0]?.id, ok: true, code: 'zero' });
    say({ id: sent[1]?.id, ok: true, data: 'not base64 %' });
    say({ id: sent[2]?.id, ok: true, type: 'volcano' });
    say({ id: sent[3]?.id, ok: true });
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { problem: { code: 'internal' } } });
    }
  });

  it('does not wait for an agent that has been restarted, and reads again what only reads', async () => {
    const { agent, sent, say } = agentOf();
    const exec = expect(agent.exec(['id'])).rejects.toMatchObject({
      problem: { code: 'agent-silent', message: expect.stringContaining('restarted') as string },
    });
    const write = expect(agent.writeFile('/x', '')).rejects.toThrow('restarted');
    const read = agent.readFile('/x');
    const stat = expect(agent.stat('/x')).rejects.toThrow('restarted');
    say({ event: 'ready' });
    await exec;
    await write;
    expect(sent.slice(4)).toMatchObject([
      { op: 'read', path: '/x' },
      { op: 'stat', path: '/x' },
    ]);
    say({ id: sent[4]?.id, ok: true, data: 'eA==' });
    expect(await read).toBe('x');
    say({ event: 'ready' });
    await stat;
    expect(sent).toHaveLength(6);
  });

  it('tells when the guest shuts itself down', () => {
    const { agent, say } = agentOf();
    const heard: string[] = [];
    const unsubscribe = agent.onShutdown((then) => heard.push(then));
    say({ event: 'shutdown', then: 'restart' });
    say({ event: 'shutdown', then: 'nowhere' });
    say({ event: 'shutdown', then: 'power-off' });
    unsubscribe();
    say({ event: 'shutdown', then: 'restart' });
    expect(heard).toEqual(['restart', 'power-off']);
  });

  it('gives the shells the key of their marks', async () => {
    const { agent, sent, say } = agentOf();
    const set = agent.setMarkKey('secret');
    expect(sent[0]).toMatchObject({ op: 'mark-key', key: 'secret' });
    say({ id: sent[0]?.id, ok: true });
    await expect(set).resolves.toBeUndefined();
  });

  it('rejects with a problem when the console takes nothing', async () => {
    const agent = new AgentClient(
      () => {
        throw new Error('the machine is off');
      },
      () => false,
    );
    await expect(agent.seed()).rejects.toMatchObject({ problem: { code: 'internal' } });
  });
});
