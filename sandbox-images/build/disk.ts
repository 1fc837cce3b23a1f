/** Turns a root file system into the disk that the machine boots from. */
import { rm, stat, truncate, writeFile } from 'node:fs/promises';
import { asRoot, runProgram } from './run-program.ts';

/**
 * What is left for the reader. All that a guide installs takes a fourth of it. What is written stays in the memory of
 * the page, so the guest has to say that the disk is full before the browser ends the tab.
 */
export const FREE_BYTES = 400 * 1024 * 1024;

/** A file's inode, and how many bytes of the disk there is one for. */
const INODE_BYTES = 256;
const BYTES_PER_INODE = 16_384;

/** Disks are as large as a whole number of these. */
const DISK_STEP_BYTES = 4 * 1024 * 1024;

/** Any fixed values: two builds of the same files give nearly the same disk, so its chunks are shared. */
const UUID = '7e57a10e-0000-4000-8000-000000000001';
const HASH_SEED = '7e57a10e-0000-4000-8000-000000000002';

/**
 * What ext4 goes without: a journal would double every write, checksums cost time, and the disk is never
 * resized. A machine that is switched off is restored from a snapshot, not from this disk as it was.
 */
const FEATURES = '^has_journal,^metadata_csum,^metadata_csum_seed,^orphan_file,^resize_inode';

/** The time on every disk, seconds since 1970: two builds of the same files give the same disk. */
export const DISK_TIME = '1700000000';

/** Writes an ext4 file system with the files below `root`, and room for `freeBytes`, to `file`: no partition table. */
export async function writeDisk(root: string, file: string, freeBytes: number): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, '');
  await truncate(file, diskBytesFor((await bytesOf(root)) + freeBytes));
  const extended = `hash_seed=${HASH_SEED},lazy_itable_init=0,root_owner=0:0`;
  // prettier-ignore
  const argv = [
    'mke2fs', '-q', '-t', 'ext4', '-O', FEATURES, '-E', extended, '-U', UUID,
    '-L', 'typealong', '-m', '0', '-e', 'remount-ro', '-I', String(INODE_BYTES), '-i', String(BYTES_PER_INODE),
    '-d', root, file,
  ];
  await runProgram(asRoot(argv), { env: { E2FSPROGS_FAKE_TIME: DISK_TIME } });
}

/**
 * Takes the end of a disk away, so that no more than `freeBytes` are left beside the files below `root`. Throws when there
 * is not that much.
 */
export async function shrinkDisk(root: string, file: string, freeBytes: number): Promise<void> {
  const bytes = diskBytesFor((await bytesOf(root)) + freeBytes);
  const { size } = await stat(file);
  if (bytes > size)
    throw new Error(
      `The layer leaves its reader ${String(Math.round((freeBytes - (bytes - size)) / 2 ** 20))} MiB in place of ` +
        `${String(freeBytes / 2 ** 20)}: count LAYER_BYTES in base.ts up.`,
    );
  if (bytes === size) return;
  await runProgram(['resize2fs', file, `${String(bytes / 1024)}K`], {
    env: { E2FSPROGS_FAKE_TIME: DISK_TIME },
  });
  await truncate(file, bytes);
}

async function bytesOf(root: string): Promise<number> {
  const usage = await runProgram(asRoot(['du', '--summarize', '--one-file-system', '--block-size=1', root]));
  return Number.parseInt(usage, 10);
}

/** Size of a disk with files of `bytes`, and the inodes for all of it. */
function diskBytesFor(bytes: number): number {
  const whole = bytes / (1 - INODE_BYTES / BYTES_PER_INODE);
  return Math.ceil(whole / DISK_STEP_BYTES) * DISK_STEP_BYTES;
}
