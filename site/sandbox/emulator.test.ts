import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type * as V86Module from 'v86';
import { Disk } from './disk.ts';
import { Emulator, type EmulatorEvents, type EmulatorParts } from './emulator.ts';
import { encodeState, openState } from './state.ts';

/** What the tests break of a machine of v86. */
interface Machine {
  readonly v86: {
    readonly running: boolean;
    readonly cpu: {
      main_loop: () => number;
      reboot_internal: () => void;
      readonly mem8: Uint8Array;
      readonly in_hlt: Uint8Array;
      readonly devices: { readonly virtio_console: { readonly cols: number; readonly rows: number } };
    };
  };
}

/** The machines that were made: real ones, looked at from inside. */
const machines = vi.hoisted((): unknown[] => []);
vi.mock('v86', async (importOriginal) => {
  const { V86 } = await importOriginal<typeof V86Module>();
  return {
    V86: class extends V86 {
      constructor(options: ConstructorParameters<typeof V86>[0]) {
        super(options);
        machines.push(this);
      }
    },
  };
});

const WASM = await readFile(fileURLToPath(import.meta.resolve('v86/build/v86.wasm')));
/** A WebAssembly module that imports what nobody has. */
const UNLINKED = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 4, 1, 0x60, 0, 0],
  ...[2, 7, 1, 1, 0x78, 1, 0x79, 0, 0],
);
const BIOS_BYTES = 65_536;
const MEMORY_BYTES = 16 * 1024 * 1024;
const stateOf = (memoryBytes: number) => ({ head: new Uint8Array(64), memoryBytes, writeMemory() {} });
const damagedState = () => ({ state: Promise.resolve(stateOf(MEMORY_BYTES)) });
/** No kernel: the processor goes through zeros for ever. */
const NO_KERNEL = { kernel: new Uint8Array(65_536), commandLine: '' };

function create(
  wasm: Uint8Array,
  from: EmulatorParts['from'],
  { onCrash = () => {}, onReset = () => {}, onSerial = () => {} }: Partial<EmulatorEvents> = {},
  bios = new Uint8Array(BIOS_BYTES),
) {
  const disk = new Disk(
    { sizeBytes: 256 * 1024, chunks: [null] },
    { read: () => Promise.reject(new Error('nothing is read')), onError: () => {} },
  );
  return Emulator.create(
    {
      wasm,
      bios,
      vgaBios: new Uint8Array(32_768),
      disk,
      memoryBytes: MEMORY_BYTES,
      from,
    },
    { onConsole() {}, onSerial, onTcp() {}, onReset, onCrash },
  );
}

/** A small machine that is not running yet, and its loop. */
async function small() {
  const onCrash = vi.fn();
  const onReset = vi.fn();
  const emulator = await create(WASM, NO_KERNEL, { onCrash, onReset });
  onTestFinished(() => emulator.destroy());
  const { cpu } = (machines.at(-1) as Machine).v86;
  const ticks = vi.spyOn(cpu, 'main_loop');
  return { emulator, onCrash, onReset, ticks, cpu };
}

/** v86's own view of its memory is a proxy. */
function memoryOf({ mem8 }: Machine['v86']['cpu']): Uint8Array {
  return new Uint8Array(mem8.buffer, mem8.byteOffset, mem8.length);
}

/** Of {@link alarmClock}. The timer counts 1,193 in a millisecond. */
const ALARM_MS = 10;
/** A BIOS that sets an alarm, says a byte on the serial port when it has come, and sets it again. */
function alarmClock(): Uint8Array<ArrayBuffer> {
  const bios = new Uint8Array(BIOS_BYTES);
  const ticks = ALARM_MS * 1193;
  const out = (port: number, value: number): number[] => [0xb0, value, 0xe6, port];
  const setAlarm = [...out(0x40, ticks & 0xff), ...out(0x40, ticks >> 8)];
  const HANDLER = 0x100;
  bios.set([
    ...[0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xd0, 0xbc, 0x00, 0x70], // cli; ds, ss = 0; sp = 7000h
    ...[0xc7, 0x06, 0x80, 0x00, HANDLER & 0xff, HANDLER >> 8], // interrupt 20h: F000h:HANDLER
    ...[0xc7, 0x06, 0x82, 0x00, 0x00, 0xf0],
    ...[...out(0x20, 0x11), ...out(0x21, 0x20), ...out(0x21, 4), ...out(0x21, 1), ...out(0x21, 0xfe)], // the timer's only
    ...[...out(0x43, 0x38), ...setAlarm], // once
    ...[0xfb, 0xf4, 0xeb, 0xfc], // sti; hlt; back to sti
  ]);
  bios.set([0xba, 0xf8, 0x03, 0xb0, 0x2e, 0xee, ...out(0x20, 0x20), ...setAlarm, 0xcf], HANDLER);
  bios.set([0xea, 0x00, 0x00, 0x00, 0xf0], 0xfff0); // jmp F000h:0
  return bios;
}

beforeEach(() => void (machines.length = 0));
afterEach(() => void vi.restoreAllMocks());

describe('Emulator.create', () => {
  it.each([
    ['its program does not start', UNLINKED],
    ['its state is damaged', WASM],
  ])('rejects when %s', async (_, wasm) => {
    await expect(create(wasm, damagedState())).rejects.toThrow();
  });

  it.each([
    ['does not come', () => Promise.reject(new Error('no way here')), 'no way here'],
    ['is of a larger machine', () => Promise.resolve(stateOf(2 * MEMORY_BYTES)), 'another size of memory'],
  ])('rejects when its state %s, and ends what it has made', async (_, come, why) => {
    await expect(create(WASM, { state: come() })).rejects.toThrow(why);
    expect((machines.at(-1) as Machine).v86.running).toBe(false);
  });

  it('is in memory as the machine was whose state it gets, where the firmware lies, too', async () => {
    const { emulator, cpu } = await small();
    cpu.mem8.set([1, 2, 3], 8 * 1024 * 1024);
    cpu.mem8.fill(0, 0xf0000, 0xf8000);
    const encoded = encodeState(await emulator.saveState(), null);
    const other = await create(
      WASM,
      { state: Promise.resolve(openState(encoded, null)) },
      {},
      new Uint8Array(BIOS_BYTES).fill(0xf4),
    );
    onTestFinished(() => other.destroy());
    expect(Buffer.compare(memoryOf((machines.at(-1) as Machine).v86.cpu), memoryOf(cpu))).toBe(0);
  });
});

describe('Emulator', () => {
  it('tells once that its loop has ended with an exception, and never runs again', async () => {
    const { emulator, onCrash, ticks } = await small();
    const broken = new Error('index out of bounds');
    ticks.mockImplementation(() => {
      throw broken;
    });
    emulator.run();
    await vi.waitFor(() => expect(onCrash).toHaveBeenCalled());
    emulator.run();
    await emulator.stop();
    expect(onCrash.mock.calls).toEqual([[broken]]);
    expect(ticks).toHaveBeenCalledOnce();
    expect(emulator.diagnose()).toMatchObject({ hasCrashed: true });
    await emulator.destroy();
  });

  it('puts a guest to sleep that asks for a reset, and takes what it does then for no crash', async () => {
    const { emulator, onCrash, onReset, ticks, cpu } = await small();
    ticks.mockImplementation(() => {
      cpu.reboot_internal();
      cpu.reboot_internal();
      expect(cpu.in_hlt[0]).toBe(1);
      throw new Error('Unimplemented: #GP handler');
    });
    emulator.run();
    await vi.waitFor(() => expect(onReset).toHaveBeenCalledOnce());
    await emulator.stop();
    await emulator.destroy();
    expect(onCrash).not.toHaveBeenCalled();
  });

  it('does not keep those waiting who want it to stop when its loop ends with an exception', async () => {
    const { emulator, onCrash, ticks } = await small();
    emulator.run();
    await vi.waitFor(() => expect(ticks).toHaveBeenCalled());
    ticks.mockImplementation(() => {
      void stopped.push(emulator.stop());
      throw new Error('index out of bounds');
    });
    const stopped: Promise<void>[] = [];
    await vi.waitFor(() => expect(onCrash).toHaveBeenCalledOnce());
    await Promise.all(stopped);
    expect(stopped).toHaveLength(1);
  });

  it('lets an alarm take as long after the machine has stood still as before', async () => {
    const onSerial = vi.fn();
    const emulator = await create(WASM, NO_KERNEL, { onSerial }, alarmClock());
    onTestFinished(() => emulator.destroy());
    /** Milliseconds for 20 of them. The first is not counted: it may have been set before. */
    const measured = async (): Promise<number> => {
      onSerial.mockClear();
      await vi.waitFor(() => expect(onSerial).toHaveBeenCalled(), { interval: 0, timeout: 10_000 });
      const from = performance.now();
      onSerial.mockClear();
      await vi.waitFor(() => expect(onSerial.mock.calls.length).toBeGreaterThanOrEqual(20), {
        interval: 0,
        timeout: 10_000,
      });
      return performance.now() - from;
    };
    emulator.run();
    // On a busy computer they may take longer.
    expect(await measured()).toBeGreaterThan(18 * ALARM_MS);
    await emulator.stop();
    // It has to stand still for longer than the alarms take: time itself is what the test is about.
    const stopped = performance.now();
    await vi.waitFor(() => expect(performance.now() - stopped).toBeGreaterThan(30 * ALARM_MS));
    emulator.run();
    expect(await measured()).toBeGreaterThan(18 * ALARM_MS);
    expect(emulator.stoodStillMs).toBeGreaterThan(30 * ALARM_MS);
  });

  it('counts what its processor has run', async () => {
    const onSerial = vi.fn();
    const emulator = await create(WASM, NO_KERNEL, { onSerial }, alarmClock());
    onTestFinished(() => emulator.destroy());
    expect(emulator.diagnose()).toMatchObject({ instructions: 0 });
    emulator.run();
    await vi.waitFor(() => expect(onSerial).toHaveBeenCalled(), { interval: 0, timeout: 10_000 });
    expect(emulator.diagnose()['instructions']).toBeGreaterThan(0);
  });

  it('goes on when it runs again before it has stopped, and stops when it is asked to', async () => {
    const { emulator, ticks } = await small();
    emulator.run();
    const overtaken = emulator.stop();
    emulator.run();
    await overtaken;
    ticks.mockClear();
    await vi.waitFor(() => expect(ticks.mock.calls.length).toBeGreaterThan(2));
    await emulator.stop();
    expect(emulator.diagnose()).toMatchObject({ isRunning: false });
  });

  it('can be destroyed while its loop is dead', async () => {
    const { emulator, ticks } = await small();
    ticks.mockImplementation(() => 1e9);
    emulator.run();
    await vi.waitFor(() => expect(ticks).toHaveBeenCalled());
    const stopped = emulator.stop();
    await emulator.destroy();
    await stopped;
  });

  it('gives nothing to a console whose queue no driver has set up', async () => {
    const { emulator, cpu } = await small();
    // At address 0, where such a queue lies, this reads as one with room.
    cpu.mem8.fill(1, 0, 4096);
    for (const index of [0, 1, 2, 3]) expect(emulator.offerToConsole(index, Uint8Array.of(65))).toBe(0);
    emulator.resizeConsole(0, 80, 25);
  });

  it('has the size of the first console ready for the driver, in the order in which v86 gives it away', async () => {
    const { emulator, cpu } = await small();
    const { virtio_console: device } = cpu.devices;
    expect([device.rows, device.cols]).toEqual([80, 24]);
    emulator.resizeConsole(0, 93, 31);
    emulator.resizeConsole(1, 71, 17);
    expect([device.rows, device.cols]).toEqual([93, 31]);
  });
});
