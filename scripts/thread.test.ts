import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { resultOf } from './thread.ts';

const SAYS = "require('node:worker_threads').parentPort.postMessage";
/** Keeps a thread alive until it is ended. */
const WORKS_ON = 'setInterval(() => {}, 1000);';

function run(code: string, signal = new AbortController().signal) {
  const thread = new Worker(code, { eval: true });
  const ended = new Promise<number>((resolve) => thread.on('exit', resolve));
  const take = (message: string): string | undefined => {
    if (message === 'broken') throw new Error('the guide does not play');
    return message === 'done' ? message : undefined;
  };
  return { ended, result: resultOf(thread, { name: 'counts', signal, take }) };
}

describe('resultOf', () => {
  it('gives the result of the message that has it', async () => {
    const { ended, result } = run(`${SAYS}('going on'); ${SAYS}('done');`);
    expect(await result).toBe('done');
    expect(await ended).toBe(0);
  });

  it('ends a thread that nobody wants any more', async () => {
    const ending = new AbortController();
    const { ended, result } = run(WORKS_ON, ending.signal);
    ending.abort(new Error('another guide does not play'));
    await expect(result).rejects.toThrow('another guide does not play');
    await ended;
  });

  it('ends a thread whose work has failed', async () => {
    const { ended, result } = run(`${WORKS_ON} ${SAYS}('broken');`);
    await expect(result).rejects.toThrow('the guide does not play');
    await ended;
  });

  it('says that a thread ended before it was done', async () => {
    const { result } = run('process.exit(3);');
    await expect(result).rejects.toThrow('The thread that counts ended with 3');
  });
});
