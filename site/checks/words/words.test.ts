import { describe, expect, it } from 'vitest';
import { PROGRAMS, say, symptom, trouble } from './index.ts';

describe('words', () => {
  it('have each cause in one program only', () => {
    const causes = Object.values(PROGRAMS).flatMap((words) => Object.keys(words));
    expect(causes.filter((cause, index) => causes.indexOf(cause) !== index)).toEqual([]);
  });

  it('say the symptom before the cause', () => {
    const empty = trouble('file-empty', { path: '/etc/demo.ini' });
    expect(say(empty).found).toBe('/etc/demo.ini is empty.');
    const state = 'absent';
    const shown = { ...empty, symptom: symptom('no-listener', { path: '/run/demo.sock', state }) };
    expect(say(shown).found).toBe('There is no /run/demo.sock. /etc/demo.ini is empty.');
    expect(say(shown).advice).toBe(say(empty).advice);
  });

  it('quote names of the guest in a command', () => {
    const named = { path: '/home/sammy/a', needsSudo: false, near: "b'; rm -r ~; '" };
    expect(say(trouble('file-misnamed', named)).advice).toContain(
      String.raw`mv '/home/sammy/b'\''; rm -r ~; '\''' /home/sammy/a`,
    );
  });

  it('take the facts of their cause, and no others', () => {
    // @ts-expect-error a file's path is missing
    trouble('file-empty', {});
    // @ts-expect-error no such cause
    trouble('file-emptied', { path: '/etc/demo.ini' });
    // @ts-expect-error a symptom's own facts as well
    symptom('no-listener', { path: '/run/demo.sock' });
  });
});
