/** Turns a root file system into the disk that the machine boots from. */
import { rm, truncate, writeFile } from 'node:fs/promises';
import { asRoot, runProgram } from './run-program.ts';

/**
 * What is left for the reader. All that a guide installs takes a fourth of it. What is written stays in the memory of
 * the page, so the guest has to say that the disk is full before the browser ends the tab.
 */
const FREE_BYTES = 400 * 1024 * 1024;

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

/** Writes an ext4 file system with the files below `root` to `file`, without a partition table. */
export async function writeDisk(root: string, file: string): Promise<void> {
  const usage = await runProgram(asRoot(['du', '--summarize', '--one-file-system', '--block-size=1', root]));
  await rm(file, { force: true });
  await writeFile(file, '');
  await truncate(file, diskBytesFor(Number.parseInt(usage, 10)));
  const extended = `hash_seed=${HASH_SEED},lazy_itable_init=0,root_owner=0:0`;
  // prettier-ignore
  const argv = [
    'mke2fs', '-q', '-t', 'ext4', '-O', FEATURES, '-E', extended, '-U', UUID,
    '-L', 'typealong', '-m', '0', '-e', 'remount-ro', '-I', String(INODE_BYTES), '-i', String(BYTES_PER_INODE),
    '-d', root, file,
  ];
  await runProgram(asRoot(argv), { env: { E2FSPROGS_FAKE_TIME: '1700000000' } });
}

/** Size of a disk with files of `usedBytes`, {@link FREE_BYTES}, and the inodes for all of it. */
function diskBytesFor(usedBytes: number): number {
  const files = usedBytes + FREE_BYTES;
  const bytes = files / (1 - INODE_BYTES / BYTES_PER_INODE);
  return Math.ceil(bytes / DISK_STEP_BYTES) * DISK_STEP_BYTES;
}
