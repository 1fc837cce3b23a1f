/**
 * Runs a command of the project: `node scripts/bootstrap.mjs COMMAND [ARGUMENTS]`. The only script that must run
 * with nothing installed and on Node 20: it installs the npm packages from the lock file when they are missing or
 * others, and hands over to `scripts/COMMAND.ts` on the Node that package.json pins.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMANDS, helpText } from './commands.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, 'node_modules');
const OWN_NODE = join(MODULES, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

main();

function main() {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || !(name in COMMANDS)) {
    if (name !== undefined && name !== '--help')
      fail(`There is no command "${name}".\n\n${helpText(undefined)}`);
    console.log(helpText(undefined));
    return;
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log(helpText(name));
    return;
  }
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    fail(
      `Node ${process.versions.node} is too old. Install Node 20 or newer (https://nodejs.org) and try again.`,
    );
  }
  if (!packagesMatchLock()) installPackages();
  if (!nodeWorks()) installNode();
  runCommand(name, args);
}

/**
 * Whether node_modules holds what package-lock.json says. npm leaves its own list there when an installation is
 * complete; that list is compared, so that it does not matter who installed.
 * @returns {boolean}
 */
function packagesMatchLock() {
  const installed = readPackages(join(MODULES, '.package-lock.json'));
  const locked = readPackages(join(ROOT, 'package-lock.json'));
  if (!locked)
    fail('package-lock.json is missing or not JSON. Get it back from git: git checkout package-lock.json');
  if (!installed) return false;
  return Object.entries(locked).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    // Packages for other systems are in the lock file, and npm leaves them out.
    if (!found) return wanted.optional === true || wanted.devOptional === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }> | null}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}

function installPackages() {
  console.log('Installing the npm packages that package-lock.json names…');
  const done = npm(['ci', '--no-audit', '--no-fund']);
  if (done.error)
    fail(`npm could not be started (${done.error.message}). Install npm, which comes with Node.`);
  if (done.status !== 0) {
    fail('npm ci did not succeed; its own message is above. Is the npm registry reachable from here?');
  }
}

/**
 * npm 11 runs the install scripts of packages only where package.json allows it, and a person may forbid them
 * altogether; then the package `node` is there without its program, and its own script brings it.
 */
function installNode() {
  console.log('Fetching the Node that package.json pins…');
  const directory = join(MODULES, 'node');
  if (!existsSync(directory)) fail('node_modules/node is missing. Remove node_modules and try again.');
  spawnSync(process.execPath, ['installArchSpecificPackage.js'], { cwd: directory, stdio: 'inherit' });
  if (!nodeWorks()) {
    fail(
      'The Node in node_modules does not run on this machine. Remove node_modules and try again; if that does not help, npm cannot install the package "node" for this system.',
    );
  }
}

/** @returns {boolean} */
function nodeWorks() {
  const wanted = readPackages(join(ROOT, 'package-lock.json'))?.['node_modules/node']?.version;
  const answer = spawnSync(OWN_NODE, ['--version'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return answer.status === 0 && answer.stdout.trim() === `v${wanted}`;
}

/** @param {string[]} args */
function npm(args) {
  const shell = process.platform === 'win32';
  return spawnSync('npm', args, { cwd: ROOT, stdio: 'inherit', shell });
}

/**
 * @param {string} name
 * @param {string[]} args
 */
function runCommand(name, args) {
  const path = `${join(MODULES, '.bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  const child = spawn(OWN_NODE, [join(ROOT, 'scripts', `${name}.ts`), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
    shell: process.platform === 'win32',
  });
  // Ctrl+C reaches the child by itself; this process waits for it to end. Other signals are passed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => fail(`${name} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}
