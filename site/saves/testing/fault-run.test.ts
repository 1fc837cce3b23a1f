import { describe, expect, it } from 'vitest';
import type { SaveFiles } from '../files.ts';
import { MemoryFiles } from '../memory-files.ts';
import { type FaultCount, tryFaults } from './fault-run.ts';

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const OLD = 'the machine before';
const NEW = 'the machine after!';

/** What a store of one file loses that saves in this way. */
async function losses(save: (files: SaveFiles) => Promise<void>): Promise<FaultCount> {
  const disk = new MemoryFiles();
  await disk.write('machine', encode(OLD));
  return tryFaults({
    disk,
    begin: async () => null,
    act: async (_, files) => {
      try {
        await save(files);
      } catch (cause) {
        throw cause instanceof DOMException ? cause : new Error('stopped', { cause });
      }
    },
    check: async (left, succeeded) => {
      const found = new TextDecoder().decode((await left.read('machine')) ?? encode('nothing'));
      return found === NEW || (found === OLD && !succeeded) ? null : `it is ${found}`;
    },
  });
}

describe('trying faults', () => {
  it('finds what is lost where the only file is written over', async () => {
    const { tried, lost } = await losses((files) => files.write('machine', encode(NEW)));
    expect(lost.some((line) => line.includes('"tear"'))).toBe(true);
    expect(lost.some((line) => line.includes('"fail"'))).toBe(true);
    expect(lost.length).toBeLessThan(tried);
  });

  it('finds what is lost where the old file is removed first', async () => {
    const { lost } = await losses(async (files) => {
      await files.remove('machine');
      await files.write('machine', encode(NEW));
    });
    expect(lost.some((line) => line.includes('"stop"'))).toBe(true);
  });

  it('finds an error that is swallowed', async () => {
    const { lost } = await losses((files) => files.write('machine', encode(NEW)).catch(() => undefined));
    expect(lost.some((line) => line.includes('it is the machine before'))).toBe(true);
  });
});
