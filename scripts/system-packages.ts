/** Brings the Debian packages that building images and driving a browser need. */
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { runQuietly } from './child.ts';
import { Failure } from './command.ts';
import type { Report } from './progress.ts';

/** Whether this is Debian 12, the only system whose own packages images can be built from. */
export function isDebian12(): boolean {
  try {
    const release = readFileSync('/etc/os-release', 'utf8');
    return /^ID=debian$/m.test(release) && /^VERSION_ID="?12"?$/m.test(release);
  } catch {
    return false;
  }
}

/** Those of `names` that are not installed. */
function missingPackages(names: readonly string[]): string[] {
  const query = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names], {
    encoding: 'utf8',
  });
  const installed = new Set(
    query.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}

/**
 * Installs those of `names` that are missing, as root or with sudo; resolves with a few words about it.
 * @throws {Failure} when it cannot, with what to do instead.
 */
export async function installPackages(names: readonly string[], report: Report): Promise<string> {
  const missing = missingPackages(names);
  if (missing.length === 0) return 'all there';
  const asRoot = becomeRoot(`apt-get install ${missing.join(' ')}`);
  const apt = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'Dpkg::Use-Pty=0', '-q'];
  report('apt-get update');
  await runQuietly([...apt, 'update'], { onLine: report });
  report(`apt-get install ${missing.join(' ')}`);
  await runQuietly([...apt, 'install', '-y', '--no-install-recommends', ...missing], { onLine: report });
  const still = missingPackages(names);
  if (still.length > 0)
    throw new Failure(`apt-get did not install ${still.join(', ')}. Install them and try again.`);
  return `installed ${missing.join(', ')}`;
}

/**
 * The words to put before a command so that root runs it. Asks for sudo's password now, if it wants one. `command`: what
 * root is needed for, as it can be typed.
 * @throws {Failure} when there is no way to become root.
 */
export function becomeRoot(command: string): string[] {
  if (process.getuid?.() === 0) return [];
  console.log(`This needs root, and uses sudo:\n\n  ${command}\n`);
  const sudo = spawnSync('sudo', ['-v'], { stdio: 'inherit' });
  if (sudo.status === 0) return ['sudo'];
  throw new Failure(`Root is needed, and sudo cannot be used. As root, run:\n\n  ${command}`);
}
