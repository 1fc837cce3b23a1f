import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeTcp } from './fake-tcp.ts';
import { requestGuest } from './guest-http.ts';
import type { HttpRequest } from './types.ts';

const standsStill = (): boolean => false;
const get: HttpRequest = { method: 'GET', url: 'http://flask.example:5000/a?b=1' };

function send(request: HttpRequest) {
  const connection = new FakeTcp();
  const ports: number[] = [];
  const guest = { standsStill: false };
  const outcome = requestGuest(
    (port) => {
      ports.push(port);
      return connection;
    },
    request,
    () => guest.standsStill,
  );
  return { connection, ports, outcome, guest };
}

describe('requestGuest', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('asks by name and port, and reads the answer', async () => {
    const { connection, ports, outcome } = send({
      ...get,
      headers: { Cookie: 'a=1', Host: 'evil', Connection: 'x' },
    });
    connection.emit('connect');
    expect(ports).toEqual([5000]);
    expect(connection.written).toBe(
      'GET /a?b=1 HTTP/1.1\r\nHost: flask.example:5000\r\nCookie: a=1\r\nConnection: close\r\n\r\n',
    );
    connection.emit('data', 'HTTP/1.1 200 OK\r\nContent-Le');
    connection.emit('data', 'ngth: 2\r\n\r\nhi');
    expect(await outcome).toMatchObject({ kind: 'response', status: 200, body: new Uint8Array([104, 105]) });
    expect(connection.closed).toBe(false);
    connection.emit('shutdown');
    expect(connection.closed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('closes the connection when the guest does not, a second after the answer', async () => {
    const { connection, outcome } = send(get);
    connection.emit('connect');
    connection.emit('data', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    expect((await outcome).kind).toBe('response');
    await vi.advanceTimersByTimeAsync(999);
    expect(connection.closed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(connection.closed).toBe(true);
  });

  it('tells of the outcome in the turn in which it comes', () => {
    const connection = new FakeTcp();
    const told: string[] = [];
    void requestGuest(
      () => connection,
      get,
      standsStill,
      ({ kind }) => told.push(kind),
    );
    connection.emit('connect');
    connection.emit('data', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    expect(told).toEqual(['response']);
    connection.emit('close');
    expect(told).toEqual(['response']);
  });

  it('sends a body', () => {
    const { connection, ports } = send({
      method: 'POST',
      url: 'http://flask.example/',
      body: new Uint8Array([97]),
    });
    connection.emit('connect');
    expect(ports).toEqual([80]);
    expect(connection.written).toMatch(/Content-Length: 1\r\n\r\na$/);
  });

  it('tells a closed port from a silent one', async () => {
    const closed = send(get);
    closed.connection.emit('close');
    expect(await closed.outcome).toEqual({ kind: 'refused' });

    const silent = send(get);
    await vi.advanceTimersByTimeAsync(3000);
    expect(await silent.outcome).toEqual({ kind: 'timeout', phase: 'connect' });
    expect(silent.connection.released).toBe(true);

    const slow = send({ ...get, timeoutMs: 100 });
    slow.connection.emit('connect');
    await vi.advanceTimersByTimeAsync(99);
    slow.connection.emit('data', 'HTTP/1.1 200 OK\r\n');
    await vi.advanceTimersByTimeAsync(1);
    expect(await slow.outcome).toEqual({ kind: 'timeout', phase: 'answer' });
  });

  it('does not count the time in which the guest stands still', async () => {
    const { connection, guest, outcome } = send({ ...get, timeoutMs: 5000 });
    guest.standsStill = true;
    await vi.advanceTimersByTimeAsync(3_600_000);
    guest.standsStill = false;
    connection.emit('connect');
    await vi.advanceTimersByTimeAsync(4000);
    guest.standsStill = true;
    await vi.advanceTimersByTimeAsync(3_600_000);
    guest.standsStill = false;
    connection.emit('data', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    expect((await outcome).kind).toBe('response');
    connection.emit('close');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says when the answer is none, is cut off, or the connection is reset', async () => {
    for (const [event, text] of [
      ['data', 'SSH-2.0\r\n\r\n'],
      ['shutdown', ''],
      ['close', ''],
    ] as const) {
      const { connection, outcome } = send(get);
      connection.emit('connect');
      connection.emit(event, text);
      expect((await outcome).kind).toBe('broken');
    }
  });

  it('takes an answer that ends with the connection', async () => {
    const { connection, outcome } = send(get);
    connection.emit('connect');
    connection.emit('data', 'HTTP/1.0 200 OK\r\n\r\nall');
    connection.emit('shutdown');
    expect(await outcome).toMatchObject({ kind: 'response', body: new Uint8Array([97, 108, 108]) });
  });

  it('gives up at once on an answer that no browser takes, and resets what still comes', async () => {
    const { connection, outcome } = send(get);
    connection.emit('connect');
    connection.emit('data', 'HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n');
    expect(await outcome).toEqual({ kind: 'broken', message: 'the answer is larger than 32 MiB' });
    expect(connection.released).toBe(true);
  });

  it('resets a guest that goes on after its answer', async () => {
    const { connection, outcome } = send(get);
    connection.emit('connect');
    connection.emit('data', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    expect((await outcome).kind).toBe('response');
    expect(connection.released).toBe(false);
    connection.emit('data', 'more');
    expect(connection.released).toBe(true);
  });

  it('has an outcome for what is no address, and for a connection that cannot be opened', async () => {
    const noPort = () => {
      throw new Error('no port is left');
    };
    expect((await requestGuest(noPort, { method: 'GET', url: 'http://a b/' }, standsStill)).kind).toBe(
      'broken',
    );
    expect(await requestGuest(noPort, get, standsStill)).toEqual({
      kind: 'broken',
      message: 'no port is left',
    });
  });
});
