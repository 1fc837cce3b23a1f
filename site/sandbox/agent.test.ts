import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { AgentClient } from './agent.ts';

const requestLine = z.looseObject({ id: z.number(), op: z.string() });

function agentOf() {
  const sent: z.infer<typeof requestLine>[] = [];
  const agent = new AgentClient((bytes) => {
    sent.push(requestLine.parse(JSON.parse(new TextDecoder().decode(bytes))));
    return Promise.resolve();
  });
  const say = (message: unknown) => agent.receive(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
  return { agent, sent, say };
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
    const silent = expect(agent.ping(1000)).rejects.toMatchObject({ problem: { code: 'agent-silent' } });
    await vi.advanceTimersByTimeAsync(1000);
    await silent;
    const off = expect(agent.readFile('/x')).rejects.toThrow('switched off');
    agent.abandon({ code: 'switched-off', message: 'switched off' });
    await off;
  });

  it('hears of the agent that has started', async () => {
    const { agent, say } = agentOf();
    const ready = agent.nextReady();
    say({ event: 'ready' });
    await expect(ready).resolves.toBeUndefined();
  });
});
