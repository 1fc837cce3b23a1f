/** Zips as course sites write them. What is hostile about a zip is in `read.test.ts`. */
import { strToU8, Zip, ZipPassThrough, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { concatenate } from '../sandbox/bytes.ts';
import { entriesOf } from './zip.ts';

const INNER = zipSync({ 'a.txt': strToU8('first'), 'b.txt': strToU8('second') });

async function contentsOf(zip: Uint8Array): Promise<Record<string, Uint8Array>> {
  const entries = (await entriesOf(new Blob([new Uint8Array(zip)]), 100)) ?? [];
  return Object.fromEntries(
    await Promise.all(entries.map(async (entry) => [entry.name, await entry.open(100_000)] as const)),
  );
}

it('a zip that was written as a stream, whose entry is a stored zip, is read', async () => {
  const parts: Uint8Array[] = [];
  const stream = new Zip((_, part) => parts.push(part));
  for (const name of ['é/one.typealong', 'two.typealong']) {
    const entry = new ZipPassThrough(name);
    stream.add(entry);
    entry.push(INNER, true);
  }
  stream.end();
  const found = await contentsOf(concatenate(parts));
  expect(Object.keys(found)).toEqual(['é/one.typealong', 'two.typealong']);
  for (const bytes of Object.values(found))
    expect(Object.keys(await contentsOf(bytes))).toEqual(['a.txt', 'b.txt']);
});

it('a zip with numbers of 64 bits is read', async () => {
  const found = await contentsOf(withLongNumbers(zipSync({ 'a.typealong': INNER })));
  expect(found['a.typealong']).toEqual(INNER);
});

it('a comment at the end does not matter', async () => {
  const zip = zipSync({ 'a.txt': strToU8('first') });
  const commented = concatenate([zip, strToU8('made by a course site')]);
  new DataView(commented.buffer).setUint16(zip.length - 2, 21, true);
  expect(Object.keys(await contentsOf(commented))).toEqual(['a.txt']);
});

/** The same zip of one entry, with all numbers of its directory moved to where those of 64 bits stand. */
function withLongNumbers(zip: Uint8Array): Uint8Array {
  const end = zip.length - 22;
  const view = new DataView(zip.buffer, zip.byteOffset);
  const directory = view.getUint32(end + 16, true);
  const nameEnd = directory + 46 + view.getUint16(directory + 28, true);
  const entry = zip.slice(directory, nameEnd);
  const entryView = new DataView(entry.buffer);
  const [packed, size] = [entryView.getUint32(20, true), entryView.getUint32(24, true)];
  for (const place of [20, 24, 42]) entryView.setUint32(place, 0xffffffff, true);
  entryView.setUint16(30, 28, true);
  const numbers = (...values: [bytes: 2 | 4 | 8, value: number][]): Uint8Array =>
    concatenate(
      values.map(([bytes, value]) => {
        const part = new DataView(new ArrayBuffer(8));
        part.setBigUint64(0, BigInt(value), true);
        return new Uint8Array(part.buffer, 0, bytes);
      }),
    );
  const extra = numbers([2, 1], [2, 24], [8, size], [8, packed], [8, 0]);
  const length = entry.length + extra.length;
  const record = directory + length;
  return concatenate([
    zip.slice(0, directory),
    ...[entry, extra],
    numbers(
      [4, 0x06064b50],
      [8, 44],
      [2, 45],
      [2, 45],
      [4, 0],
      [4, 0],
      [8, 1],
      [8, 1],
      [8, length],
      [8, directory],
    ),
    numbers([4, 0x07064b50], [4, 0], [8, record], [4, 1]),
    numbers([4, 0x06054b50], [4, 0], [2, 0xffff], [2, 0xffff], [4, 0xffffffff], [4, 0xffffffff], [2, 0]),
  ]);
}
