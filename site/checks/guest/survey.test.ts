import { describe, expect, it } from 'vitest';
import { scriptedGuest } from '../testing/scripted-guest.ts';
import { quote, survey } from './survey.ts';

const guest = scriptedGuest();

describe('survey', () => {
  it('keeps what each command printed, and its status', async () => {
    const context = scriptedGuest({ answers: { one: 'first\n\n', two: { code: 3, output: '' } } });
    expect(await survey(context, { a: 'one', b: 'two' })).toEqual({
      a: { code: 0, output: 'first\n\n' },
      b: { code: 3, output: '' },
    });
  });

  it('asks a question once that has two names', async () => {
    let asked = 0;
    const context = scriptedGuest({ answers: { one: () => (asked++, 'first') } });
    expect(await survey(context, { a: 'one', b: 'one' })).toEqual({
      a: { code: 0, output: 'first' },
      b: { code: 0, output: 'first' },
    });
    expect(asked).toBe(1);
  });

  it('throws when the guest ran out of time', async () => {
    const slow = {
      ...guest,
      agent: { ...guest.agent, exec: () => Promise.resolve({ code: -1, stdout: '', stderr: '' }) },
    };
    await expect(survey(slow, { a: 'sleep 100' })).rejects.toThrow(/took longer than 60 seconds/);
  });

  it('quotes words for the shell', () => {
    expect(quote("it's $HOME")).toBe(String.raw`'it'\''s $HOME'`);
  });
});
