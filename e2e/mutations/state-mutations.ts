/** What can go wrong around the files: permissions, owners, links, groups, services, the firewall, what is deleted. Pure. */
import type { FileStat } from '../../site/sandbox/types.ts';
import type { Chain, ChainFile } from './chain.ts';
import { lineMutations } from './line-mutations.ts';
import { STOP_NGINX } from '../wrong-turns/turn.ts';
import { settleUnit } from './settle.ts';
import { writeCommand, type Effect, type Mutation, type Word } from './mutation.ts';

/** What was read of the machine, by path. */
export interface Facts {
  readonly stats: ReadonlyMap<string, FileStat>;
  /** The text of each file of the chain. */
  readonly contents: ReadonlyMap<string, string>;
  /** The reader's login. */
  readonly login: string;
}

const FILE_MODES = ['600', '700', '777'];
const FOLDER_MODES = ['600', '644', '700', '777'];
/** 755 is what uWSGI gives its socket when nothing is said. */
const SOCKET_MODES = ['600', '644', '755', '777'];

/** Where a deleted thing is kept until it is put back. */
const KEPT = '/root/mutated';

/** All mutations of a chain, what is alike beside each other. */
export function mutationsOf(chain: Chain, facts: Facts): readonly Mutation[] {
  const all = [
    ...chain.files.flatMap((file) => [...lineMutationsOf(file, chain, facts), ...goneMutations(file, chain)]),
    ...accessMutations(chain, facts),
    ...linkMutations(chain, facts),
    ...goneFolderMutations(chain, facts),
    ...membershipMutations(chain),
    ...(chain.shared ? serviceMutations(chain) : []),
    ...staleMutations(chain, facts),
    ...firewallMutations(chain),
  ];
  return [...new Map(all.map((mutation) => [mutation.name, mutation])).values()];
}

/** The place of a link: what `ln -s` was told may be the link itself, or its folder. */
export function placesOfLink({ target, place }: Chain['links'][number]): readonly string[] {
  return [`${place}/${nameOf(target)}`, place];
}

function lineMutationsOf(file: ChainFile, chain: Chain, facts: Facts): readonly Mutation[] {
  const { path, syntax, effects } = file;
  const content = facts.contents.get(path);
  if (content === undefined) return [];
  return lineMutations(content, syntax).map(({ line, what, content: wrong, exactly }) => ({
    name: `${path}:${line} ${what}`,
    make: writeCommand(path, wrong),
    undo: writeCommand(path, content),
    effects,
    about: [...namesOf(path, chain), ...exactly],
    exactly,
  }));
}

/** A file deleted, or saved under a name that is nearly right. */
function goneMutations({ path, effects }: ChainFile, chain: Chain): readonly Mutation[] {
  const about = namesOf(path, chain);
  return [
    moved(`${path} deleted`, path, `${KEPT}-${nameOf(path)}`, effects, about),
    moved(`${path} renamed`, path, `${path}.txt`, effects, about),
  ];
}

function accessMutations(chain: Chain, { stats, login }: Facts): readonly Mutation[] {
  const { socket } = chain;
  const places = [
    ...chain.files.map(({ path, effects }) => ({ path, effects, modes: FILE_MODES })),
    ...chain.folders.map((path) => ({ path, effects: effectsOf(path), modes: FOLDER_MODES })),
    ...(socket === null ? [] : [{ path: socket, effects: [], modes: SOCKET_MODES }]),
  ];
  return places.flatMap(({ path, effects, modes }): Mutation[] => {
    const stat = stats.get(path);
    if (stat === undefined) return [];
    const mode = stat.mode.toString(8).padStart(3, '0');
    const about = namesOf(path, chain);
    const strangers = [stat.owner === 'root' ? login : 'root'];
    const change = (name: string, make: string, undo: string): Mutation => ({
      name: `${path} ${name}`,
      make,
      undo,
      effects,
      about,
      exactly: about,
    });
    return [
      ...modes
        .filter((wrong) => wrong !== mode)
        .map((wrong) => change(`mode ${wrong}`, `chmod ${wrong} '${path}'`, `chmod ${mode} '${path}'`)),
      ...strangers.map((wrong) =>
        change(
          `owner ${wrong}`,
          `chown ${wrong} '${path}'`,
          `chown ${stat.owner} '${path}'; chmod ${mode} '${path}'`,
        ),
      ),
      ...strangers
        .filter((wrong) => wrong !== stat.group)
        .map((wrong) =>
          change(
            `group ${wrong}`,
            `chgrp ${wrong} '${path}'`,
            `chgrp ${stat.group} '${path}'; chmod ${mode} '${path}'`,
          ),
        ),
    ];
  });
}

function linkMutations(chain: Chain, { stats }: Facts): readonly Mutation[] {
  return chain.links.flatMap((link): Mutation[] => {
    const path = placesOfLink(link).find((place) => stats.get(place)?.type === 'symlink');
    const target = path === undefined ? undefined : stats.get(path)?.target;
    if (path === undefined || target === undefined) return [];
    const folder = target.slice(0, target.lastIndexOf('/'));
    const about = [path, nameOf(path), target];
    const points = (name: string, wrong: string): Mutation => ({
      name: `${path} ${name}`,
      make: `ln -sfn '${wrong}' '${path}'`,
      undo: `ln -sfn '${target}' '${path}'`,
      effects: effectsOf(path),
      about: [...about, wrong],
      exactly: about,
    });
    return [
      {
        name: `${path} removed`,
        make: `rm '${path}'`,
        undo: `ln -sfn '${target}' '${path}'`,
        effects: effectsOf(path),
        about,
        exactly: about,
      },
      points('dangling', `${target}x`),
      points('relative', nameOf(target)),
      points('pointing to a folder', folder),
      moved(
        `${path} renamed`,
        path,
        path.replace(/[^/]*$/, (name) => `my-${name}`),
        effectsOf(path),
        about,
      ),
    ];
  });
}

function goneFolderMutations(chain: Chain, { stats }: Facts): readonly Mutation[] {
  const own = chain.files.find(({ syntax }) => syntax === 'python')?.path ?? '';
  const folder = own.slice(0, own.lastIndexOf('/'));
  const application = [
    ...chain.environments,
    ...chain.environments.map((environment) => `${environment}/bin/uwsgi`),
    folder,
  ];
  const socketFolder = chain.socket?.slice(0, chain.socket.lastIndexOf('/'));
  const folders = [
    ...application,
    ...(socketFolder === undefined || socketFolder === folder ? [] : [socketFolder]),
  ];
  const watched = chain.folders.filter((path) => path.endsWith('/vassals') || path.startsWith('/var/log/'));
  return [
    ...[...folders, ...watched].flatMap((path) =>
      stats.has(path)
        ? [
            moved(`${path} deleted`, path, `${KEPT}-${nameOf(path)}`, ['server'], namesOf(path, chain)),
            moved(`${path} renamed`, path, `${path}2`, ['server'], namesOf(path, chain)),
          ]
        : [],
    ),
    ...chain.packages.map(({ environment, name }): Mutation => {
      const packages = `'${environment}'/lib/python*/site-packages`;
      // Its name may be in another case, and an egg's folder has its version.
      return {
        name: `${name} removed from ${environment}`,
        make: `mkdir -p ${KEPT}-${name} && cd ${packages} && ls -d [${name.charAt(0).toUpperCase()}${name.charAt(0)}]${name.slice(1)}* && mv [${name.charAt(0).toUpperCase()}${name.charAt(0)}]${name.slice(1)}* ${KEPT}-${name}/`,
        undo: `cd ${packages} && mv ${KEPT}-${name}/* .`,
        effects: ['server'],
        about: [name, new RegExp(`['"\`]${name}|\\b${name}\\b`, 'i')],
        exactly: [name],
      };
    }),
  ];
}

function membershipMutations(chain: Chain): readonly Mutation[] {
  return chain.memberships.map(({ login, group }) => ({
    name: `the login ${login} taken out of the group ${group}`,
    make: `gpasswd -d ${login} ${group}`,
    undo: `usermod -a -G ${group} ${login}`,
    effects: ['nginx'],
    about: [new RegExp(`group[^.]*\\b${group}\\b|\\b${group}\\b[^.]*group`)],
    exactly: [new RegExp(`group[^.]*\\b${group}\\b|\\b${group}\\b[^.]*group`)],
  }));
}

function serviceMutations({ check, restartNginx }: Chain): readonly Mutation[] {
  const nginx = [/nginx[^.]*(?:service|run|stopped|inactive|failed|masked|disabled|start)/i];
  const service = (name: string, about: readonly Word[], make: string, undo: string): Mutation => ({
    name,
    make,
    undo,
    effects: [],
    about,
    exactly: about,
  });
  const again = `systemctl reset-failed nginx; ${restartNginx}`;
  return [
    service('nginx stopped', nginx, STOP_NGINX, again),
    service('nginx disabled', nginx, 'systemctl disable nginx', 'systemctl enable nginx'),
    service(
      'nginx masked',
      [/\bmask/],
      `systemctl mask nginx && ${STOP_NGINX}`,
      `systemctl unmask nginx; systemctl daemon-reload; ${again}`,
    ),
    service('nginx killed', nginx, 'pkill -KILL -x nginx', again),
    ...(check.unit === undefined
      ? []
      : [
          ['stopped', `systemctl stop ${check.unit}`, `systemctl start ${check.unit}`] as const,
          ['disabled', `systemctl disable ${check.unit}`, `systemctl enable ${check.unit}`] as const,
          [
            'killed',
            `systemctl kill -s KILL ${check.unit}`,
            `systemctl reset-failed ${check.unit}; systemctl start ${check.unit}`,
          ] as const,
        ].map(([what, make, undo]) =>
          service(`the unit ${check.unit ?? ''} ${what}`, [check.unit ?? ''], make, undo),
        )),
    ...(check.job === undefined
      ? []
      : [
          service(`the job ${check.job} stopped`, [check.job], `stop ${check.job}`, `start ${check.job}`),
          service(
            `the job ${check.job} made manual`,
            [check.job],
            `echo manual > /etc/init/${check.job}.override`,
            `rm /etc/init/${check.job}.override`,
          ),
        ]),
  ];
}

/** A mistake that took effect and was then mended in the file alone: what runs is older than the file. */
function staleMutations(chain: Chain, { contents }: Facts): readonly Mutation[] {
  return chain.files.flatMap(({ path, syntax, effects }): Mutation[] => {
    const content = contents.get(path);
    if (content === undefined || chain.check.unit === undefined) return [];
    const telling = /^(?:value|key) misspelt: (?:server_name|module|User|from|app|exec)\b/;
    const wrong = lineMutations(content, syntax).find(({ what }) => telling.test(what));
    if (wrong === undefined) return [];
    const server = chain.check.unit;
    const loaded = effects.includes('nginx') ? 'true' : settleUnit(server, null);
    const restart = effects.includes('nginx')
      ? `systemctl reset-failed nginx; ${chain.restartNginx}`
      : `systemctl daemon-reload; systemctl restart ${server}`;
    return [
      {
        name: `${path} mended, and nothing restarted (${wrong.what})`,
        // File systems and systemd are compared by whole seconds.
        make: `${writeCommand(path, wrong.content)}; { ${restart}; }; ${loaded}; sleep 1.1; ${writeCommand(path, content)}`,
        undo: `${writeCommand(path, content)}; systemctl reset-failed; ${restart}`,
        effects: [],
        about: [...namesOf(path, chain), /restart/],
        exactly: [/restart|daemon-reload/],
      },
    ];
  });
}

function firewallMutations({ openings }: Chain): readonly Mutation[] {
  return openings.flatMap((rule) => {
    const about = [/firewall|ufw/];
    const allow = `ufw allow '${rule}'`;
    return [
      ['deleted', `ufw delete allow '${rule}'`, allow] as const,
      ['denied', `ufw deny '${rule}'`, `ufw delete deny '${rule}'; ${allow}`] as const,
      ['rejected', `ufw reject '${rule}'`, `ufw delete reject '${rule}'; ${allow}`] as const,
      ['ignored, since the firewall is off', 'ufw disable', 'ufw --force enable'] as const,
    ].map(([what, make, undo]) => ({
      name: `the rule "${rule}" ${what}`,
      make,
      undo,
      effects: [],
      about,
      exactly: [rule],
    }));
  });
}

function moved(
  name: string,
  path: string,
  elsewhere: string,
  effects: readonly Effect[],
  about: readonly Word[],
): Mutation {
  return {
    name,
    make: `mv '${path}' '${elsewhere}'`,
    // What was started meanwhile may have made it anew.
    undo: `rm -rf '${path}'; mv '${elsewhere}' '${path}'`,
    effects: effects.includes('units') ? ['units', 'server'] : effects,
    about,
    exactly: about,
  };
}

/** Who has to be restarted to notice a change of access to a path. */
function effectsOf(path: string): readonly Effect[] {
  return path.startsWith('/etc/nginx') ? ['nginx'] : ['server'];
}

/** A path, its name, and the links that lead to it. */
function namesOf(path: string, chain: Chain): readonly string[] {
  const links = chain.links.filter(({ target }) => target === path).flatMap((link) => placesOfLink(link));
  const name = nameOf(path);
  return [path, ...links, ...(name.includes('.') ? [name] : [])];
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
