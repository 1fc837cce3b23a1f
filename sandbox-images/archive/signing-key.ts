/** The key that signs the virtual internet's package archives. It is made here and never leaves the cache. */
import { chmod, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { runProgram } from '../build/run-program.ts';

/** Name in the key of the archives of the guides' systems. */
const ARCHIVE_OWNER = 'Typealong sandbox archive <archive@typealong.invalid>';

export interface SigningKey {
  /** The public half, as apt's `signed-by` wants it. */
  readonly publicFile: string;
  /** The same as text, as rpm wants it. */
  readonly armouredFile: string;
  /** Signs `file` into `signedFile` (clear text with the signature below it). */
  sign(file: string, signedFile: string): Promise<void>;
  /** Puts a signature into each of these RPM files. */
  signRpms(files: readonly string[]): Promise<void>;
}

/** gpg's agent is ended after each use, so two uses must not overlap. */
let lastUse: Promise<unknown> = Promise.resolve();

function alone<Result>(work: () => Promise<Result>): Promise<Result> {
  const turn = lastUse.then(work);
  lastUse = turn.catch(() => undefined);
  return turn;
}

/** The key of `owner` that is kept in `directory`, made there the first time. */
export function openSigningKey(directory: string, owner = ARCHIVE_OWNER): Promise<SigningKey> {
  return alone(() => open(directory, owner));
}

async function open(directory: string, owner: string): Promise<SigningKey> {
  const home = path.join(directory, 'gnupg');
  const publicFile = path.join(directory, 'typealong-archive.gpg');
  const armouredFile = path.join(directory, 'typealong-archive.asc');
  const gpg = (...argv: string[]): Promise<string> =>
    runProgram([
      'gpg',
      '--homedir',
      home,
      '--batch',
      '--yes',
      '--quiet',
      '--passphrase',
      '',
      '--pinentry-mode',
      'loopback',
      ...argv,
    ]);
  const withoutAgent = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } finally {
      // gpg leaves its agent running.
      await runProgram(['gpgconf', '--homedir', home, '--kill', 'gpg-agent']);
    }
  };
  if (!(await stat(publicFile).catch(() => null))) {
    await mkdir(home, { recursive: true });
    await chmod(home, 0o700);
    await withoutAgent(async () => {
      // RSA, because checking its signatures is quick even on the sandbox's slow machine.
      await gpg('--quick-generate-key', owner, 'rsa2048', 'sign', 'never');
      await gpg('--output', publicFile, '--export', owner);
    });
  }
  if (!(await stat(armouredFile).catch(() => null)))
    await withoutAgent(() => gpg('--armor', '--output', armouredFile, '--export', owner));
  return {
    publicFile,
    armouredFile,
    sign: (file, signedFile) =>
      alone(() =>
        withoutAgent(() => gpg('--local-user', owner, '--output', signedFile, '--clearsign', file)),
      ),
    signRpms: (files) => alone(() => withoutAgent(() => runProgram(rpmsign(home, owner, files)))),
  };
}

function rpmsign(home: string, owner: string, files: readonly string[]): string[] {
  const macros = {
    _gpg_name: owner,
    _gpg_path: home,
    __gpg: '/usr/bin/gpg',
    _gpg_sign_cmd_extra_args: '--batch --pinentry-mode loopback --passphrase ""',
  };
  const defines = Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  return ['rpmsign', ...defines, '--addsign', ...files];
}
