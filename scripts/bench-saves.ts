/** `node scripts/bench-saves.ts`: what saving and loading a machine costs, in Node, on files in memory. */
import { Random } from '../site/fuzz/fuzz.ts';
import type { Contents, PageContent } from '../site/saves/contents.ts';
import { exportMachine } from '../site/saves/export-machine.ts';
import { ImportedMachine } from '../site/saves/import-machine.ts';
import { MachineStore } from '../site/saves/machine-store.ts';
import { MemoryFiles } from '../site/saves/memory-files.ts';

const PAGES = 20_000;
const CHANGED = 300;
const LATER_SAVES = 40;
const PAGE_BYTES = 4096;

/** Runs compare: the seed is fixed. */
const numbers = new Random(0x2545_f491);
const random = (end: number): number => numbers.below(end);

/** Half code and data, a quarter text, and some of each that packs not at all, is zero, or is elsewhere in the base. */
function page(): PageContent {
  const kind = random(100);
  if (kind < 8) return 'zero';
  if (kind < 12) return { base: random(65_536) };
  const bytes = new Uint8Array(PAGE_BYTES);
  if (kind < 20) for (let at = 0; at < PAGE_BYTES; at++) bytes[at] = random(256);
  else if (kind < 45) for (let at = 0; at < PAGE_BYTES; at++) bytes[at] = 97 + random(random(26) + 1);
  else {
    for (let at = 0; at < PAGE_BYTES; at += 4) {
      bytes[at] = random(256);
      bytes[at + 1] = random(16);
      bytes[at + 3] = random(4) === 0 ? 0xc0 : 0;
    }
  }
  return bytes;
}

function contents(numbers: readonly number[]): Contents {
  return {
    about: { title: 'bench' },
    head: Uint8Array.from({ length: 300_000 }, (_, at) => (at % 7 === 0 ? random(256) : 0)),
    extra: new Uint8Array(20_000).fill(32),
    pages: new Map(numbers.map((number) => [number, page()])),
    blocks: new Map(),
  };
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `${what}: ${Math.round(performance.now() - start)} ms, processor ${Math.round((user + system) / 1000)} ms`,
  );
  return result;
}

const files = new MemoryFiles();
const store = await MachineStore.open(files, 'bench');
await store.claim();
const all = contents(Array.from({ length: PAGES }, (_, number) => number * 3));
const first = await timed(`first save, ${PAGES} pages`, () => store.save(all, { kind: 'whole' }));
console.log(`  ${Math.round(first.bytes / 1e5) / 10} MB written`);
for (let save = 0; save < LATER_SAVES; save++) {
  const some = contents(Array.from({ length: CHANGED }, () => random(PAGES) * 3));
  const log = save % 10 === 0;
  const later = log
    ? await timed(`save ${save + 2}, ${CHANGED} pages`, () => store.save(some, { kind: 'changes' }))
    : await store.save(some, { kind: 'changes' });
  if (log) console.log(`  ${Math.round(later.bytes / 1e4) / 100} MB written, ${later.units} units`);
}
const sizes = await Promise.all(
  (await files.list()).map(async (name) => (await files.read(name))?.length ?? 0),
);
console.log(
  `on the disk: ${sizes.length} files, ${Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1e5) / 10} MB`,
);
const opened = await timed('open', () => MachineStore.open(files, 'bench'));
const machine = await timed('load: read and check', () => opened.load());
if (!machine) throw new Error('nothing was saved');
const memory = new Uint8Array(PAGES * 3 * PAGE_BYTES);
await timed('load: unpack into memory', () =>
  machine.restore({
    page: (number, content) => {
      if (content instanceof Uint8Array) memory.set(content, number * PAGE_BYTES);
    },
    block: () => undefined,
  }),
);
const file = await timed('export', () => exportMachine(machine, { contentVersion: 1, known: () => false }));
console.log(`  ${Math.round(file.size / 1e5) / 10} MB`);
const target = await MachineStore.open(files, 'imported');
await target.claim();
await timed('import', async () => {
  const imported = await ImportedMachine.open(file, { contentVersion: 1, pages: 65_536, blocks: 65_536 });
  await imported.saveIn(target, async () => null);
});
