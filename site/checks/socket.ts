import type { z } from 'zod';
import { gatherMachine, gatherUwsgi, type MachineFacts } from './chain/facts.ts';
import { permissionTrouble, socketGroupTrouble, socketOfUnit } from './chain/socket-trouble.ts';
import { staleTrouble } from './chain/application-trouble.ts';
import { configurationTrouble } from './chain/configuration-trouble.ts';
import { unitTrouble } from './chain/unit-trouble.ts';
import type { CheckContext } from './context.ts';
import type { CheckResult, socketCheck } from './model.ts';
import { settle } from './settle.ts';
import { nameProgram } from './sockets.ts';
import { absolutePath, quote, survey } from './survey.ts';
import { fail, pass, type Trouble } from './verdict.ts';

type SocketCheck = z.infer<typeof socketCheck>;

/** A Unix socket is there, somebody listens on it, and it belongs to the right ones. */
export async function checkSocket(check: SocketCheck, context: CheckContext): Promise<CheckResult> {
  const result = await look(check, context);
  if (result.status !== 'fail') return result;
  // uWSGI makes its socket a moment after systemd has started it.
  const unit = await unitOfSocket(absolutePath(check.path, context.home), context);
  return unit !== null && (await settle(unit, context)) ? look(check, context) : result;
}

async function look(check: SocketCheck, context: CheckContext): Promise<CheckResult> {
  const path = absolutePath(check.path, context.home);
  const expected = describe(check, path);
  const stat = await context.agent.stat(path);
  const machine = await gatherMachine(context);
  const program = stat?.type === 'socket' ? await listenerOf(path, machine, context) : null;

  if (stat === null || stat.type !== 'socket' || program === null) {
    const found =
      stat === null
        ? `There is no ${path}.`
        : stat.type === 'socket'
          ? `${path} is there, but nobody listens on it: it was left behind by a program that has ended.`
          : `${path} is a ${stat.type}, not a socket.`;
    const reason = await ownerTrouble(path, machine, context);
    return fail(
      expected,
      reason === null
        ? {
            cause: 'socket-missing',
            found,
            advice: 'Start the service that makes it: `sudo systemctl restart` and its name.',
          }
        : { ...reason, found: `${found} ${reason.found}` },
    );
  }
  const owner = check.owner ?? stat.owner;
  const group = check.group ?? stat.group;
  const mode = check.mode === undefined ? stat.mode : Number.parseInt(check.mode, 8);
  if (stat.owner === owner && stat.group === group && stat.mode === mode) {
    return pass(
      expected,
      `${program} listens on it; it is ${stat.owner}:${stat.group}, ${stat.mode.toString(8)}.`,
    );
  }
  const unit = await unitOfSocket(path, context);
  const uwsgi = unit === null ? null : await gatherUwsgi(unit, context);
  const reason =
    uwsgi === null
      ? null
      : (unitTrouble(uwsgi, context.login) ??
        staleTrouble(uwsgi) ??
        (await permissionTrouble(path, uwsgi, machine, context)) ??
        // Nginx may open it all the same, being in another group, but the guide gives the socket to its own.
        (stat.group === group
          ? null
          : socketGroupTrouble(
              `${path} belongs to ${stat.owner}:${stat.group}, not to ${group}.`,
              group,
              uwsgi,
            )));
  return fail(
    expected,
    reason ?? {
      cause: 'socket-wrong-owner',
      found: `${path} belongs to ${stat.owner}:${stat.group} and its permissions are ${stat.mode.toString(8)}.`,
      advice: `They come from the unit (\`User=\`, \`Group=\`) and from \`uid\`, \`chown-socket\` and \`chmod-socket\` in uWSGI's configuration. Fix them, then restart the service.`,
    },
  );
}

/** Why the unit that should make this socket has not: the unit whose folder it is in. */
async function ownerTrouble(
  path: string,
  machine: MachineFacts,
  context: CheckContext,
): Promise<Trouble | null> {
  const unit = await unitOfSocket(path, context);
  if (unit === null) return null;
  const uwsgi = await gatherUwsgi(unit, context);
  const down = unitTrouble(uwsgi, context.login) ?? staleTrouble(uwsgi);
  if (down !== null) return down;
  const own = socketOfUnit(uwsgi, machine);
  if (own !== null && own !== path) {
    return {
      cause: 'socket-path-mismatch',
      found: `uWSGI listens on ${own} instead.`,
      advice: `In ${uwsgi.configuration?.path ?? "uWSGI's configuration"} write \`socket = ${path.slice(path.lastIndexOf('/') + 1)}\`. Then \`sudo systemctl restart ${uwsgi.unit.name}\`.`,
    };
  }
  return configurationTrouble(uwsgi);
}

/** The unit file that mentions the folder of a socket, else one that runs uWSGI, or `null`. */
async function unitOfSocket(path: string, context: CheckContext): Promise<string | null> {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const { units } = await survey(context, {
    units: `grep -ls -- ${quote(folder)} /etc/systemd/system/*.service; grep -ls 'ExecStart=.*uwsgi' /etc/systemd/system/*.service; true`,
  });
  const file = units.output.split('\n').find((line) => line !== '');
  return file === undefined ? null : file.slice(file.lastIndexOf('/') + 1);
}

/** The program that listens on a socket; its name in the kernel may be relative to the program's folder. */
async function listenerOf(
  path: string,
  machine: MachineFacts,
  context: CheckContext,
): Promise<string | null> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const candidates = machine.unixListeners.filter(
    (listener) => listener.path === path || listener.path.endsWith(name),
  );
  const exact = candidates.find((listener) => listener.path === path);
  if (exact !== undefined) return nameProgram(exact.programs);
  for (const { path: relative, programs } of candidates) {
    const pid = programs[0]?.pid;
    if (pid === undefined) continue;
    const { folder } = await survey(context, { folder: `readlink /proc/${pid}/cwd` });
    if (`${folder.output.trim()}/${relative.replace(/^\.\//, '')}` === path) return nameProgram(programs);
  }
  return null;
}

function describe(check: SocketCheck, path: string): string {
  const parts = [`Somebody listens on the socket ${path}`];
  if (check.owner !== undefined || check.group !== undefined) {
    parts.push(`of ${[check.owner, check.group].filter((name) => name !== undefined).join(':')}`);
  }
  if (check.mode !== undefined) parts.push(`with the permissions ${check.mode}`);
  return `${parts.join(' ')}.`;
}
