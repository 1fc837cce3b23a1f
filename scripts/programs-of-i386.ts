/** Lets 32-bit programs run here, of which the images are made, on a kernel that refuses them. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { runQuietly } from './child.ts';
import { Failure } from './command.ts';
import type { Report } from './progress.ts';
import { becomeRoot, installPackages } from './system-packages.ts';

/** Debian's package of QEMU's user-mode emulators. */
const EMULATOR_PACKAGE = 'qemu-user-static';
const EMULATOR = '/usr/bin/qemu-i386-static';
const BINFMT = '/proc/sys/fs/binfmt_misc';
const ENTRY = 'typealong-i386';

/**
 * The entry for binfmt_misc (the kernel's Documentation/admin-guide/binfmt-misc.rst): ELF, 32-bit, little-endian,
 * executable or shared, for machine 3, which is the 386. The flags: keep `argv[0]` (P) and the rights of programs that
 * run as another user (C, with O), and open the emulator now (F), so that it is found in a root file system of its own.
 */
export const REGISTRATION = [
  '',
  ENTRY,
  'M',
  '',
  String.raw`\x7fELF\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x03\x00`,
  String.raw`\xff\xff\xff\xff\xff\xfe\xfe\xfc\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`,
  EMULATOR,
  'POCF',
].join(':');

/** Whether the kernel starts 32-bit programs, by itself or with an emulator. */
function runsPrograms(): boolean {
  return spawnSync('arch-test', ['i386'], { stdio: 'ignore' }).status === 0;
}

/**
 * Has an emulator registered where the kernel runs no 32-bit programs (one that was started with `ia32_emulation=off`).
 * It stays registered until the computer is switched off. Resolves with a few words about it.
 * @throws {Failure} when that is not possible.
 */
export async function letProgramsRun(report: Report): Promise<string> {
  const words = `the kernel does not run them; ${EMULATOR} does, more slowly`;
  if (runsPrograms()) return existsSync(`${BINFMT}/${ENTRY}`) ? words : 'the kernel runs them';
  await installPackages([EMULATOR_PACKAGE], report);
  const asRoot = becomeRoot(`printf %s '${REGISTRATION}' > ${BINFMT}/register`);
  report(`registering ${EMULATOR}`);
  if (!existsSync(`${BINFMT}/register`)) {
    await runQuietly([...asRoot, 'mount', '-t', 'binfmt_misc', 'binfmt_misc', BINFMT]);
  }
  // An entry that was switched off, or whose emulator is another by now.
  if (existsSync(`${BINFMT}/${ENTRY}`)) await write(asRoot, '-1', ENTRY);
  await write(asRoot, REGISTRATION, 'register');
  if (runsPrograms()) return words;
  throw new Failure(
    `The images are made of 32-bit programs. This computer’s kernel does not run them, not even with ${EMULATOR}.
Start the kernel with ia32_emulation=on, or build the images on another computer with Debian 12.`,
  );
}

function write(asRoot: readonly string[], text: string, file: string): Promise<string> {
  return runQuietly([...asRoot, 'sh', '-c', 'printf %s "$1" > "$2"', 'sh', text, `${BINFMT}/${file}`]);
}
