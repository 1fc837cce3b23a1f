/**
 * The plain way of embedding v86, for comparison: v86 on the main thread, its own loader given the state as a
 * `.zst` and the disk in parts by URL, no cache but the browser's. It has no virtual internet, so the packages
 * that the bench installs have been downloaded already in its state.
 */
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { chunkPath } from '../../site/sandbox/chunk-store.ts';
import { Disk } from '../../site/sandbox/disk.ts';
import { CHUNK_BYTES, type ImageManifest } from '../../site/sandbox/image.ts';
import type { GuestAgent } from '../../site/sandbox/types.ts';
import type { Capture } from '../../site/sandbox/capture.ts';
import { BLOCK_BYTES } from '../../site/sandbox/overlay.ts';
import { createNodeSandbox, imageUrl } from '../node-sandbox.ts';
import { ROOT } from '../project.ts';
import { readMachine, readStored } from './stored-images.ts';

const compress = promisify(zstdCompress);

export interface PlainOptions {
  /** What `/sandbox/` is served from. */
  readonly sandboxDir: string;
  readonly image: string;
  /** The snapshot that both ways start from. */
  readonly snapshot: string;
  /** Packages to leave in apt's cache. Default: none, and the machine is that of the snapshot as it is. */
  readonly packages?: string;
  /** An empty folder to fill with the page and all that it fetches. */
  readonly directory: string;
}

/** Makes the page `index.html` and everything that it fetches. */
export async function makePlainEmbedding(options: PlainOptions): Promise<void> {
  const { image, chunks } = await readMachine(options.sandboxDir, options.image, options.snapshot);
  const capture = await captureSnapshot(options);
  await writeState(options.directory, capture);
  await writeDisk(options, chunks, capture);
  for (const [file, path] of [
    ['libv86.js', 'node_modules/v86/build/libv86.js'],
    ['v86.wasm', 'node_modules/v86/build/v86.wasm'],
    ['xterm.js', 'node_modules/@xterm/xterm/lib/xterm.js'],
    ['xterm.css', 'node_modules/@xterm/xterm/css/xterm.css'],
  ] as const) {
    await copyFile(join(ROOT, path), join(options.directory, file));
  }
  for (const [file, stored] of [
    ['bios.bin', image.bios],
    ['vgabios.bin', image.vgaBios],
  ] as const) {
    await writeFile(join(options.directory, file), await readStored(options.sandboxDir, stored.chunks));
  }
  await writeFile(join(options.directory, 'index.html'), pageFor(image));
}

/** The machine of the snapshot, with the packages of the bench in apt's cache. */
async function captureSnapshot({ sandboxDir, image, snapshot, packages }: PlainOptions): Promise<Capture> {
  const original = Object.getOwnPropertyDescriptor(Disk.prototype, 'get_state');
  // v86's own disk expects a list of written blocks in the state; ours are in the parts already.
  Disk.prototype.get_state = () => [[]];
  const sandbox = createNodeSandbox();
  try {
    await sandbox.start({ imageUrl: imageUrl(sandboxDir, image), snapshot });
    if (packages !== undefined) await download(sandbox.agent, packages);
    return await sandbox.capture();
  } finally {
    await sandbox.powerOff();
    if (original) Object.defineProperty(Disk.prototype, 'get_state', original);
  }
}

async function download(agent: GuestAgent, packages: string): Promise<void> {
  const command = `apt-get -q update && apt-get -q install -y --download-only ${packages}`;
  const result = await agent.exec(['sh', '-c', command], { timeoutMs: 300_000 });
  if (result.code !== 0) throw new Error(`The packages could not be downloaded:\n${result.stderr}`);
  await agent.exec(['sh', '-c', 'sync; echo 3 > /proc/sys/vm/drop_caches']);
}

async function writeState(directory: string, { state }: Capture): Promise<void> {
  const packed = await compress(state, {
    pledgedSrcSize: state.length,
    params: { [constants.ZSTD_c_compressionLevel]: 19 },
  });
  await writeFile(join(directory, 'state.bin.zst'), packed);
}

/** Parts named as v86 asks for them; those that nobody has written to are links into the store. */
async function writeDisk(
  { sandboxDir, directory }: PlainOptions,
  chunks: readonly (string | null)[],
  { overlay }: Capture,
): Promise<void> {
  await mkdir(join(directory, 'disk'));
  const zero = join(directory, 'zero.zst');
  await writeFile(zero, await compress(Buffer.alloc(CHUNK_BYTES), { pledgedSrcSize: CHUNK_BYTES }));
  const blocks = CHUNK_BYTES / BLOCK_BYTES;
  const written = new Set([...overlay.keys()].map((block) => Math.floor(block / blocks)));
  for (const [index, hash] of chunks.entries()) {
    const start = index * CHUNK_BYTES;
    const part = join(directory, 'disk', `part-${start}-${start + CHUNK_BYTES}.img.zst`);
    const stored = hash === null ? zero : join(sandboxDir, chunkPath(hash));
    if (!written.has(index)) {
      await symlink(stored, part);
      continue;
    }
    const data = hash === null ? Buffer.alloc(CHUNK_BYTES) : await readStored(sandboxDir, [hash]);
    for (let block = 0; block < blocks; block++) {
      const bytes = overlay.get(index * blocks + block);
      if (bytes) data.set(bytes, block * BLOCK_BYTES);
    }
    await writeFile(part, await compress(data, { pledgedSrcSize: data.length }));
  }
}

/** As v86's own examples do it, with the devices that the state was saved with. */
function pageFor(image: ImageManifest): string {
  const options = {
    wasm_path: 'v86.wasm',
    memory_size: image.memoryBytes,
    vga_memory_size: 1024 * 1024,
    bios: { url: 'bios.bin' },
    vga_bios: { url: 'vgabios.bin' },
    hda: {
      url: 'disk/part.img.zst',
      size: image.disk.chunks.length * CHUNK_BYTES,
      async: true,
      use_parts: true,
      fixed_chunk_size: CHUNK_BYTES,
    },
    initial_state: { url: 'state.bin.zst' },
    net_device: { type: 'virtio', relay_url: 'fetch', mtu: 9000 },
    preserve_mac_from_state_image: true,
    virtio_console: true,
    virtio_balloon: true,
    acpi: false,
    disable_keyboard: true,
    disable_mouse: true,
    disable_speaker: true,
    autostart: true,
  };
  return `<!doctype html>
<meta charset="utf-8">
<title>v86, plainly</title>
<link rel="stylesheet" href="xterm.css">
<button id="start">Start</button>
<div id="terminal"></div>
<script src="xterm.js"></script>
<script src="libv86.js"></script>
<script>
  const terminal = new Terminal({ cols: 100, rows: 30 });
  terminal.open(document.getElementById('terminal'));
  document.getElementById('start').onclick = () => {
    const machine = new V86(${JSON.stringify(options)});
    machine.add_listener('virtio-console0-output-bytes', (bytes) => terminal.write(new Uint8Array(bytes)));
    const send = (text) => machine.bus.send('virtio-console0-input-bytes', new TextEncoder().encode(text));
    terminal.onData(send);
    window.sendText = send;
    machine.add_listener('emulator-started', () => setTimeout(() => send('\\x0c'), 0));
  };
  window.screenText = () => {
    const { active } = terminal.buffer;
    const lines = [];
    for (let row = 0; row < terminal.rows; row++) {
      lines.push(active.getLine(active.baseY + row)?.translateToString(true) ?? '');
    }
    return lines.join('\\n').trimEnd();
  };
</script>
`;
}
