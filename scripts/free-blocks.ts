/**
 * Which blocks of a guest's disk hold nothing: those of files that are gone. Written once and never read again, they
 * would be a good part of what a snapshot stores. Layout: the kernel's Documentation/filesystems/ext4.
 */

const SUPERBLOCK_AT = 1024;
const MAGIC = 0xef53;
const META_BG = 0x10;
const SIXTY_FOUR_BIT = 0x80;
/** The group's bitmap was never written: nobody knows which of its blocks are free. */
const BLOCK_UNINIT = 2;

/** Reads bytes of the disk; as many as asked for. */
export type ReadDisk = (offset: number, bytes: number) => Promise<Uint8Array>;

/**
 * Says of a block of `blockBytes` whether it is free. The file system must have been synced. On a disk that is no ext4 of
 * such blocks, none is.
 */
export async function freeBlocks(read: ReadDisk, blockBytes: number): Promise<(block: number) => boolean> {
  const superblock = viewOf(await read(SUPERBLOCK_AT, 1024));
  const size = 1024 << superblock.getUint32(0x18, true);
  const incompatible = superblock.getUint32(0x60, true);
  if (superblock.getUint16(0x38, true) !== MAGIC || size !== blockBytes || incompatible & META_BG)
    return () => false;

  const blocks = superblock.getUint32(0x4, true);
  const first = superblock.getUint32(0x14, true);
  const perGroup = superblock.getUint32(0x20, true);
  const wide = (incompatible & SIXTY_FOUR_BIT) !== 0;
  const descriptorBytes = wide ? superblock.getUint16(0xfe, true) : 32;
  const groups = Math.ceil((blocks - first) / perGroup);
  const descriptors = viewOf(await read((first + 1) * size, groups * descriptorBytes));
  const bitmaps: (Uint8Array | null)[] = [];
  for (let group = 0; group < groups; group++) {
    const at = group * descriptorBytes;
    const known = (descriptors.getUint16(at + 0x12, true) & BLOCK_UNINIT) === 0;
    // Disks are smaller than 16 TiB: the upper half of a block's number is zero.
    bitmaps.push(known ? await read(descriptors.getUint32(at, true) * size, size) : null);
  }
  return (block) => {
    const index = block - first;
    if (index < 0 || block >= blocks) return false;
    const bitmap = bitmaps[Math.floor(index / perGroup)];
    const bit = index % perGroup;
    return bitmap ? ((bitmap[bit >> 3] ?? 0xff) & (1 << (bit & 7))) === 0 : false;
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
