import { describe, expect, it } from 'vitest';
import { LOOK_MS, Retransmitter, type TimedConnection } from './retransmitter.ts';

class Connection implements TimedConnection {
  state = 'established';
  seq = 1;
  ack = 1;
  in_active_close = false;
  ended = '';
  pending = true;
  sent = 0;
  opened = 0;

  pump(): void {
    if (this.pending) return;
    this.pending = true;
    this.sent++;
  }

  connect(): void {
    this.opened++;
  }

  release(): void {
    this.ended += 'released';
  }

  on_close(): void {
    this.ended += ', told';
  }
}

describe('Retransmitter', () => {
  it('sends again what has not moved from one look to the next', () => {
    const [stuck, moving, idle] = [new Connection(), new Connection(), new Connection()];
    idle.pending = false;
    const retransmitter = new Retransmitter();
    retransmitter.look([stuck, moving, idle]);
    expect(stuck.sent).toBe(0);
    moving.seq += 1000;
    retransmitter.look([stuck, moving, idle]);
    retransmitter.look([stuck, idle]);
    expect([stuck.sent, moving.sent, idle.sent]).toEqual([2, 0, 0]);
  });

  it('knocks again at a door that has not opened', () => {
    const connection = new Connection();
    connection.state = 'syn-sent';
    connection.pending = false;
    const retransmitter = new Retransmitter();
    retransmitter.look([connection]);
    retransmitter.look([connection]);
    expect([connection.opened, connection.sent]).toEqual([1, 0]);
  });

  it('sends nothing again that was written since the last look', () => {
    const connection = new Connection();
    connection.pending = false;
    const retransmitter = new Retransmitter();
    retransmitter.look([connection]);
    connection.pending = true;
    retransmitter.look([connection]);
    expect(connection.sent).toBe(0);
  });

  it('drops a connection that the page has closed and the guest has not, once nothing has moved for 30 s', () => {
    const [closed, open, moving] = [new Connection(), new Connection(), new Connection()];
    for (const connection of [closed, open, moving]) connection.pending = false;
    closed.in_active_close = moving.in_active_close = true;
    const retransmitter = new Retransmitter();
    for (let milliseconds = 0; milliseconds <= 30_000; milliseconds += LOOK_MS) {
      retransmitter.look([closed, open, moving]);
      moving.ack++;
    }
    expect(closed.ended).toBe('released, told');
    expect([open.ended, moving.ended]).toEqual(['', '']);
  });
});
