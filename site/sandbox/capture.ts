/** Memory and disk of one instant, as the build of snapshots takes them. */
import type { PoweredMachine } from './powered-machine.ts';

export interface Capture {
  /** In v86's own encoding. */
  readonly state: Uint8Array;
  /** Blocks that differ from the disk that the machine was started with, by number. */
  readonly overlay: ReadonlyMap<number, Uint8Array>;
  /** Disk chunks that were read since the last capture, in order of first use. */
  readonly touchedChunks: readonly number[];
}

/** Stops the machine, takes both, and lets it run on. The machine must be idle. */
export function capture(machine: PoweredMachine): Promise<Capture> {
  return machine.whileStill(async (emulator, disk) => ({
    state: await emulator.saveState(),
    overlay: disk.overlay,
    touchedChunks: disk.takeTouchedChunks(),
  }));
}
