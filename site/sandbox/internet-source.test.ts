import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReceivedListener } from './chunk-store.ts';
import { FetchedInternet } from './internet-source.ts';
import type { InternetSource } from './internet.ts';
import { Stalls } from './stalls.ts';
import { SandboxError } from './types.ts';

const FAILED = new SandboxError({ code: 'fetch-failed', message: 'no' });
const GONE = new SandboxError({ code: 'gone', message: 'no longer there' });
const BYTES = new Uint8Array(1);

function make(get: (hash: string, onReceived?: ReceivedListener) => Promise<Uint8Array>) {
  const stalled: (string | null)[] = [];
  const gone = vi.fn();
  const { signal } = new AbortController();
  const stalls = new Stalls({ signal, onChange: (problem) => stalled.push(problem?.code ?? null) });
  const loader = { internet: vi.fn(() => Promise.resolve({ format: 1 as const, hosts: {} })) };
  const internet = new FetchedInternet({ loader, store: { get }, stalls, onGone: gone });
  const source: InternetSource = internet.source(signal);
  return { source, stalled, gone, loader };
}

describe('FetchedInternet', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('fetches its table once', async () => {
    const { source, loader } = make(() => Promise.resolve(BYTES));
    await source.manifest();
    await source.manifest();
    expect(loader.internet).toHaveBeenCalledOnce();
  });

  it('makes the machine stand still only for a chunk that the guest waits for', async () => {
    let arrive: (bytes: Uint8Array) => void = () => {};
    const { source, stalled } = make(() => new Promise((resolve) => (arrive = resolve)));
    const wait = source.chunk('a');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stalled).toEqual([]);
    const waited = wait();
    await vi.advanceTimersByTimeAsync(5000);
    expect(stalled).toEqual(['slow-network']);
    arrive(BYTES);
    expect(await waited).toBe(BYTES);
    expect(stalled).toEqual(['slow-network', null]);
  });

  it('does not call a transfer slow that brings something', async () => {
    let receive: ReceivedListener = () => {};
    const { source, stalled } = make((_, onReceived) => {
      receive = onReceived ?? receive;
      return new Promise(() => {});
    });
    void source.chunk('a')();
    for (let received = 1; received < 10; received++) {
      await vi.advanceTimersByTimeAsync(4000);
      receive(received);
    }
    expect(stalled).toEqual([]);
  });

  it('fetches at once, when its turn comes, what could not be had before', async () => {
    const get = vi.fn<() => Promise<Uint8Array>>().mockRejectedValueOnce(FAILED).mockResolvedValueOnce(BYTES);
    const { source, stalled } = make(get);
    const wait = source.chunk('a');
    await vi.advanceTimersByTimeAsync(0);
    expect(await wait()).toBe(BYTES);
    expect(get).toHaveBeenCalledTimes(2);
    expect(stalled).toEqual([]);
  });

  it('tells of a chunk that is gone, and does not make the machine stand still', async () => {
    const { source, stalled, gone } = make(() => Promise.reject(GONE));
    await expect(source.chunk('a')()).rejects.toBe(GONE);
    expect(gone).toHaveBeenCalledWith(GONE.problem);
    expect(stalled).toEqual([]);
  });
});
