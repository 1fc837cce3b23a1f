/** Compiles upstart-compat: Upstart's commands and job files on top of systemd (README.md says why). */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { C_FLAGS, cFiles, compileStatic } from '../guest/static-program.ts';

const SOURCES = path.join(import.meta.dirname, 'compat');
/** Strings that grow, which the agent has already. */
const AGENT_SOURCES = path.join(import.meta.dirname, '../guest/agent');

/** Where the program lies in the guest. */
const UPSTART_PROGRAM = '/usr/lib/upstart-compat/upstart-compat';

/** The names under which it is installed as well: symbolic links to {@link UPSTART_PROGRAM}. It does what its name says. */
export const UPSTART_LINKS: readonly string[] = [
  '/usr/sbin/initctl',
  '/usr/sbin/start',
  '/usr/sbin/stop',
  '/usr/sbin/restart',
  '/usr/sbin/reload',
  '/usr/sbin/status',
  '/usr/bin/init-checkconf',
  // Before Debian's own in everybody's PATH, which it runs for whatever is not a job.
  '/usr/local/sbin/service',
];

/** The service that reads the job files and starts jobs; to be enabled. */
const UPSTART_UNIT = 'upstart-compat.service';

/** What {@link UPSTART_UNIT} is, for /etc/systemd/system or /lib/systemd/system. */
const UPSTART_UNIT_TEXT = `[Unit]
Description=Upstart's jobs on top of systemd (upstart-compat)
Documentation=file:///etc/init
After=basic.target network.target nss-user-lookup.target

[Service]
Type=notify
NotifyAccess=main
ExecStart=${UPSTART_PROGRAM} daemon
Restart=always
RestartSec=100ms

[Install]
WantedBy=multi-user.target
`;

/** Compiler's options that every build has, the tests' as well. */
export const UPSTART_FLAGS: readonly string[] = [...C_FLAGS, `-I${AGENT_SOURCES}`];

/** Paths of the C files. */
export async function upstartSources(): Promise<string[]> {
  return [...(await cFiles(SOURCES)), path.join(AGENT_SOURCES, 'text.c')];
}

/** Puts the program, its links and its service below `staged`, as they will stand in the guest. */
export async function installUpstart(staged: string): Promise<void> {
  await compileStatic(path.join(staged, UPSTART_PROGRAM), await upstartSources(), UPSTART_FLAGS);
  for (const link of UPSTART_LINKS) {
    await mkdir(path.dirname(path.join(staged, link)), { recursive: true });
    await symlink(UPSTART_PROGRAM, path.join(staged, link));
  }
  const unit = path.join(staged, 'etc/systemd/system', UPSTART_UNIT);
  await mkdir(path.dirname(unit), { recursive: true });
  await writeFile(unit, UPSTART_UNIT_TEXT);
}
