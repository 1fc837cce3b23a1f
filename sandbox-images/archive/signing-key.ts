/** The key that signs the virtual internet's package archives. It is made here and never leaves the cache. */
import { chmod, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { runProgram } from '../build/run-program.ts';

const OWNER = 'Typealong sandbox archive <archive@typealong.invalid>';

export interface SigningKey {
  /** The public half, as apt's `signed-by` wants it. */
  readonly publicFile: string;
  /** Signs `file` into `signedFile` (clear text with the signature below it). */
  sign(file: string, signedFile: string): Promise<void>;
}

/** The key kept in `directory`, made there the first time. */
export async function openSigningKey(directory: string): Promise<SigningKey> {
  const home = path.join(directory, 'gnupg');
  const publicFile = path.join(directory, 'typealong-archive.gpg');
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
      await gpg('--quick-generate-key', OWNER, 'rsa2048', 'sign', 'never');
      await gpg('--output', publicFile, '--export', OWNER);
    });
  }
  return {
    publicFile,
    sign: (file, signedFile) =>
      withoutAgent(() => gpg('--local-user', OWNER, '--output', signedFile, '--clearsign', file)),
  };
}
