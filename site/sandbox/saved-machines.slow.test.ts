/** A machine that is saved, and goes on: with its memory, its disk and its programs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileFetcher, imageUrl } from '../../scripts/node-sandbox.ts';
import { MemoryFiles } from '../saves/memory-files.ts';
import { LocalSandbox } from './local.ts';
import { SavedMachines } from './saved-machines.ts';
import { SandboxError } from './types.ts';
import type { StartOptions } from './types.ts';

const directory = process.env['TYPEALONG_SANDBOX'] ?? '';
if (directory === '') throw new Error('TYPEALONG_SANDBOX is not set: run this with npm test.');

const GUIDE = 'a-guide';
const REQUEST = { guide: GUIDE, chapter: { slug: 'one', number: 1, title: 'One' } };
const OPTIONS: StartOptions = {
  imageUrl: imageUrl(directory, 'ubuntu-16.04'),
  snapshot: 'ubuntu-16.04-flask/flask-application',
};

/** A terminal as a reader has it: types, and waits for what is printed. */
/** Files that last, as far as a machine is concerned. */
class LastingFiles extends MemoryFiles {
  override readonly floor = 'indexeddb' as never;
}

class Typist {
  readonly sandbox: LocalSandbox;
  printed = '';
  readonly #decoder = new TextDecoder();

  constructor(files: MemoryFiles = new LastingFiles()) {
    this.sandbox = new LocalSandbox(fileFetcher, new SavedMachines(() => Promise.resolve(files)));
    this.sandbox.terminal(0).onData((bytes) => {
      this.printed += this.#decoder.decode(bytes, { stream: true });
    });
  }

  async type(text: string, until: string): Promise<void> {
    const from = this.printed.length;
    await this.sandbox.terminal(0).write(text);
    await expect.poll(() => this.printed.slice(from), { timeout: 120_000, interval: 50 }).toContain(until);
  }

  save(view = ''): ReturnType<LocalSandbox['save']> {
    return this.sandbox.save(REQUEST, () => Promise.resolve(view));
  }
}

describe('a saved machine', () => {
  const files = new LastingFiles();
  const first = new Typist(files);
  const second = new Typist(files);

  beforeAll(async () => {
    await first.sandbox.start(OPTIONS);
  });
  afterAll(async () => {
    await Promise.all([first.sandbox.powerOff(), second.sandbox.powerOff()]);
  });

  it('is not there before the first save', async () => {
    const none = new Typist();
    await expect(none.sandbox.start({ ...OPTIONS, saved: GUIDE })).rejects.toThrow(SandboxError);
    expect(none.sandbox.getState().status).toBe('failed');
  });

  it('is not saved to what ends with the page', async () => {
    const fleeting = new Typist(new MemoryFiles());
    await fleeting.sandbox.start(OPTIONS);
    await expect(fleeting.save()).rejects.toMatchObject({ problem: { code: 'no-storage' } });
    await fleeting.sandbox.powerOff();
  });

  it('writes little once it has been saved', async () => {
    const whole = await first.save();
    await first.type('echo o""nce\r', 'once');
    const change = await first.save();
    expect(change?.bytes).toBeGreaterThan(0);
    expect(change?.bytes).toBeLessThan(6_000_000);
    expect(change?.bytes).toBeLessThan(whole?.bytes ?? 0);
  });

  it('goes on with its shell, its disk and its editor', async () => {
    await first.type(
      'kept=in_memory; head -c 300000 /dev/urandom > ~/noise; sync; sha256sum < ~/noise\r',
      '  -',
    );
    const [sum] = /[0-9a-f]{64}/.exec(first.printed) ?? [];
    await first.type('nano /tmp/notes\r', 'GNU nano');
    await first.type('half a sentence', 'sentence');
    const report = await first.save('what the page showed');
    expect(report).not.toBeNull();
    await first.sandbox.powerOff();

    await second.sandbox.start({ ...OPTIONS, saved: GUIDE });
    await second.type(', and its end\x0f\r', 'Wrote 1 line');
    await second.type('\x18', '$ ');
    await second.type('cat /tmp/notes; echo $kept; sha256sum < ~/noise\r', '  -');
    expect(second.printed).toContain('half a sentence, and its end');
    expect(second.printed).toContain('in_memory');
    expect(second.printed).toContain(sum);
  });

  it('has the right time, and a random pool of its own', async () => {
    const ask = async (typist: Typist): Promise<string> =>
      (await typist.sandbox.agent.exec(['head', '-c', '16', '/dev/urandom'])).stdout;
    const { stdout } = await second.sandbox.agent.exec(['date', '+%s']);
    expect(Math.abs(Number(stdout) - Date.now() / 1000)).toBeLessThan(5);
    await second.save();
    const third = new Typist(files);
    const fourth = new Typist(files);
    await third.sandbox.start({ ...OPTIONS, saved: GUIDE });
    await fourth.sandbox.start({ ...OPTIONS, saved: GUIDE });
    expect(await ask(third)).not.toBe(await ask(fourth));
    await third.sandbox.powerOff();
    await fourth.sandbox.powerOff();
    await second.sandbox.powerOff();
    await second.sandbox.start({ ...OPTIONS, saved: GUIDE });
  });

  it('tells its programs that their connections are gone', async () => {
    // Nobody answers on this connection, so it would wait until it gives up by itself, which takes minutes.
    const script = [
      'import socket, time',
      's = socket.create_connection(("pypi.python.org", 80)); print("connec" + "ted", flush=True)',
      'try: print("got", s.recv(1))',
      'except OSError as error: print("end", error)',
    ].join('\n');
    await second.sandbox.agent.writeFile('/tmp/wait.py', script);
    await second.type('python3 /tmp/wait.py\r', 'connected');
    await second.save();
    await second.sandbox.powerOff();
    const from = second.printed.length;
    await second.sandbox.start({ ...OPTIONS, saved: GUIDE });
    await expect
      .poll(() => second.printed.slice(from), { timeout: 60_000, interval: 50 })
      .toMatch(/end .*reset/);
  });

  it('is refused by an image of another version, and stays', async () => {
    const manifest = JSON.parse(
      await readFile(join(directory, 'ubuntu-16.04', 'image.json'), 'utf8'),
    ) as Record<string, unknown>;
    const other = new LocalSandbox(
      {
        ...fileFetcher,
        get: (url, options) =>
          url.endsWith('/image.json')
            ? Promise.resolve(new TextEncoder().encode(JSON.stringify({ ...manifest, recipe: 'another' })))
            : fileFetcher.get(url, options),
      },
      new SavedMachines(() => Promise.resolve(files)),
    );
    await expect(other.start({ ...OPTIONS, saved: GUIDE })).rejects.toMatchObject({
      problem: { code: 'not-saved' },
    });
    await second.sandbox.powerOff();
    await second.sandbox.start({ ...OPTIONS, saved: GUIDE });
    expect(second.sandbox.getState().status).toBe('running');
  });

  it('is another tab’s once that goes on with it', async () => {
    const other = new Typist(files);
    await other.sandbox.start({ ...OPTIONS, saved: GUIDE });
    await expect(second.save()).rejects.toMatchObject({ problem: { code: 'other-tab' } });
    expect(await other.save()).not.toBeNull();
    await other.sandbox.powerOff();
  });
});
