import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { homedir } from 'node:os';
import { publishImage } from '../scripts/publish-image.ts';
import { StoreWriter } from '../scripts/store.ts';
import { buildImage } from '../sandbox-images/build.ts';
import { loadGuides } from '../site/chapter/load.ts';
const cache = join(homedir(), '.cache/typealong');
const [,, name = 'ubuntu-13.04', out = '/work/wt/lab13'] = process.argv;
const dir = await buildImage({ name, cacheDir: cache, workDir: join(cache, 'work'), onProgress: (p) => console.log(p.what, p.fraction.toFixed(2)) });
console.log(dir);
await mkdir(out, { recursive: true });
const store = new StoreWriter(out, join('/work/wt', 'lab-pool'));
const guides = loadGuides(join(import.meta.dirname, '../content')).filter((g) => g.image === name);
let last = '';
try {
  await publishImage(out, dir, guides, store, (t) => { if (t !== last) console.log(new Date().toISOString().slice(11,19), t); last = t; }, new AbortController().signal);
} catch (e) { console.log('FAILED', e.message); }
process.exit();
