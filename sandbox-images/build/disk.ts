/** Turns a root file system into the disk that the machine boots from. */
import { rm, truncate, writeFile } from 'node:fs/promises';
import { asRoot, runProgram } from './run-program.ts';

/** Size of the disk. Most of it is a hole: free blocks are zero and cost nothing to keep or to fetch. */
const DISK_BYTES = 1536 * 1024 * 1024;

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
  await rm(file, { force: true });
  await writeFile(file, '');
  await truncate(file, DISK_BYTES);
  const extended = `hash_seed=${HASH_SEED},lazy_itable_init=0,root_owner=0:0`;
  // prettier-ignore
  const argv = [
    'mke2fs', '-q', '-t', 'ext4', '-O', FEATURES, '-E', extended, '-U', UUID,
    '-L', 'typealong', '-m', '0', '-i', '16384', '-d', root, file,
  ];
  await runProgram(asRoot(argv), { env: { E2FSPROGS_FAKE_TIME: '1700000000' } });
}
