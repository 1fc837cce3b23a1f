import { describe, expect, it } from 'vitest';
import { Retransmitter, type Resendable } from './retransmitter.ts';

class Connection implements Resendable {
  state = 'established';
  seq = 1;
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
});
