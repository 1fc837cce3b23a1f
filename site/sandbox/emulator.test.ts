import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Disk } from './disk.ts';
import { Emulator } from './emulator.ts';

const V86 = await readFile(fileURLToPath(import.meta.resolve('v86/build/v86.wasm')));
/** A WebAssembly module that imports what nobody has. */
const UNLINKED = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 4, 1, 0x60, 0, 0],
  ...[2, 7, 1, 1, 0x78, 1, 0x79, 0, 0],
);

describe('Emulator.create', () => {
  it.each([
    ['its program does not start', UNLINKED],
    ['its state is damaged', V86],
  ])('rejects when %s', async (_, wasm) => {
    const disk = new Disk(
      { sizeBytes: 256 * 1024, chunks: [null] },
      { read: () => Promise.reject(new Error('nothing is read')), onError: () => {} },
    );
    const events = { onConsole() {}, onSerial() {}, onTcp() {}, onReset() {}, onCrash() {} };
    const creating = Emulator.create(
      {
        wasm,
        bios: new Uint8Array(65_536),
        vgaBios: new Uint8Array(32_768),
        disk,
        memoryBytes: 16 * 1024 * 1024,
        from: { state: new Uint8Array(64) },
      },
      events,
    );
    await expect(creating).rejects.toThrow();
  });
});
