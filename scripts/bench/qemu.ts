/**
 * The commands on the same disk in QEMU, whose translator (TCG) shows what an emulator outside of a browser takes. The
 * machine boots there, as no snapshot of v86's fits, and has no internet. For the bench alone: nothing else needs QEMU.
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bytesOfKeys } from '../../site/chapter/keys.ts';
import { WatchedTerminal } from '../replay/watched-terminal.ts';
import { COMMANDS, COMMANDS_CHAPTER, type CommandTimes } from './commands.ts';
import { timeCommand } from './measure-commands.ts';
import { readMachine, readStored, writeRawDisk } from './stored-images.ts';
import { type BenchTerminal, runInGuest, untilPrompt } from './tab.ts';

const QEMU = 'qemu-system-i386';
/** How to get it, for whoever lacks it. */
export const QEMU_ADVICE = `${QEMU} is not there, so nothing is measured in QEMU: apt-get install --no-install-recommends qemu-system-x86`;
const [COLS, ROWS] = [100, 30];
const BOOT_TIMEOUT_MS = 120_000;
/** The machine right after its boot, kept in QEMU's own overlay: every command begins with it. */
const FRESH = 'fresh';

/** Whether QEMU is installed. */
export function hasQemu(): boolean {
  return spawnSync(QEMU, ['--version']).status === 0;
}

export interface QemuOptions {
  /** What `/sandbox/` is served from. */
  readonly sandboxDir: string;
  readonly image: string;
  /** An empty folder for the disk; about 1 GB. */
  readonly directory: string;
}

/** Every command that needs no internet, twice, on the machine as it is right after a boot. */
export async function measureCommandsInQemu(options: QemuOptions): Promise<readonly CommandTimes[]> {
  const { sandboxDir, image, directory } = options;
  const machine = await readMachine(sandboxDir, image, COMMANDS_CHAPTER);
  const placeOf = (name: string): string => join(directory, name);
  const [disk, kernel, control] = [placeOf('disk.raw'), placeOf('kernel'), placeOf('qmp')] as const;
  await writeRawDisk(disk, sandboxDir, machine);
  await writeFile(kernel, await readStored(sandboxDir, machine.image.kernel.chunks));
  const arguments_ = [
    ...['-accel', 'tcg', '-m', `${machine.image.memoryBytes / 1024 / 1024}M`, '-display', 'none'],
    ...['-kernel', kernel, '-append', machine.image.kernelCommandLine],
    ...['-drive', `file=${disk},format=raw,if=ide`, '-snapshot'],
    ...['-nic', 'user,model=virtio-net-pci,restrict=on', '-serial', 'null', '-monitor', 'none'],
    ...['-qmp', `unix:${control},server=on,wait=off`],
    ...['-device', 'virtio-serial-pci', '-chardev', 'stdio,id=terminal,signal=off'],
    ...['-device', 'virtconsole,chardev=terminal', '-chardev', 'null,id=nobody'],
    ...['-device', 'virtconsole,chardev=nobody'],
  ];
  const qemu = spawn(QEMU, arguments_, {
    stdio: 'pipe',
    env: { ...process.env, TMPDIR: directory },
  });
  let said = '';
  // What is typed when it has ended goes nowhere; its end is heard of below.
  qemu.stdin.on('error', () => {});
  qemu.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const ended = once(qemu, 'exit');
  const lost = ended.then((): never => {
    throw new Error(`QEMU ended by itself. It said:\n${said}`);
  });
  try {
    return await Promise.race([runCommands(terminalOf(qemu), control), lost]);
  } finally {
    qemu.kill();
    await ended;
  }
}

async function runCommands(terminal: BenchTerminal, control: string): Promise<readonly CommandTimes[]> {
  await untilPrompt(terminal, BOOT_TIMEOUT_MS);
  // A degraded system has booted, too.
  const settled = `stty cols ${COLS} rows ${ROWS}; systemctl is-system-running --wait; true`;
  await runInGuest(terminal, settled, { timeoutMs: BOOT_TIMEOUT_MS });
  const monitor = await openMonitor(control);
  await monitor.run(`savevm ${FRESH}`);
  const times: CommandTimes[] = [];
  for (const command of COMMANDS.filter(({ internet }) => internet !== true)) {
    await monitor.run(`loadvm ${FRESH}`);
    times.push(await timeCommand(terminal, command));
  }
  monitor.close();
  return times;
}

function terminalOf({ stdin, stdout }: ChildProcessWithoutNullStreams): BenchTerminal {
  const watched = new WatchedTerminal(COLS, ROWS);
  stdout.on('data', (bytes: Buffer) => watched.feed(bytes));
  const send = async (text: string): Promise<void> => {
    await new Promise<void>((resolve) => stdin.write(text, () => resolve()));
  };
  return {
    screen: () => Promise.resolve(watched.screen()),
    focus: () => Promise.resolve(),
    typeLine: send,
    press: (key) => send(bytesOfKeys(key)),
  };
}

/** QEMU's own console, through the protocol for programs (QMP). */
interface Monitor {
  /** Resolves when QEMU has done it; rejects with what it says against it. */
  run(command: string): Promise<void>;
  close(): void;
}

async function openMonitor(path: string): Promise<Monitor> {
  const socket = connect(path);
  // Its end is heard of by the lines, which end too.
  socket.on('error', () => {});
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  // Events come in between, and first of all a greeting.
  const ask = async (execute: string, arguments_?: object): Promise<string> => {
    socket.write(`${JSON.stringify({ execute, ...(arguments_ && { arguments: arguments_ }) })}\n`);
    for (;;) {
      const line = await lines.next();
      if (line.done === true) throw new Error(`QEMU ended before its answer to ${execute}.`);
      const answer = JSON.parse(line.value) as { return?: unknown; error?: unknown };
      if (answer.error !== undefined)
        throw new Error(`QEMU refused ${execute}: ${JSON.stringify(answer.error)}`);
      if (answer.return !== undefined) return typeof answer.return === 'string' ? answer.return : '';
    }
  };
  await ask('qmp_capabilities');
  return {
    run: async (command) => {
      const said = await ask('human-monitor-command', { 'command-line': command });
      if (said.trim() !== '') throw new Error(`QEMU says to ${command}: ${said}`);
    },
    close: () => socket.destroy(),
  };
}
