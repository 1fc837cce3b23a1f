import type { Installation, Installer } from '../../guest/installer.ts';
import type { Keeper } from '../../guest/keeper.ts';
import type { NginxService } from '../../guest/nginx-service.ts';
import type { ProgramWords } from '../words.ts';
import { afterSocket } from './keeper.ts';
import { adviseInstall, adviseReinstall, testAndRestart } from './phrases.ts';

/** A place in Nginx's configuration. */
interface Place {
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** What an advice ends with. */
interface Again {
  readonly service: NginxService;
}

interface Braces {
  readonly opened: number;
  readonly closed: number;
}

/** Nginx: installed, its configuration, its server blocks. */
export const NGINX = {
  'nginx-not-installed': ({ install }: { readonly install: Installation }) => ({
    found: 'Nginx is not installed.',
    advice: `Install it: ${adviseInstall(install)}.`,
  }),

  'nginx-missing-semicolon': ({
    path,
    line,
    text,
    service,
  }: Place & {
    readonly text: string;
    /** Nginx, which has refused the file; `null` when only the file is looked at. */
    readonly service: NginxService | null;
  }) => ({
    found: `Line ${line} of ${path}, \`${text}\`, does not end in a semicolon${service === null ? '' : ', so Nginx reads it together with the next and refuses the configuration'}.`,
    advice: `Write \`${text};\` in line ${line}${service === null ? ' and save the file.' : `. ${testAndRestart(service)}`}`,
  }),

  'nginx-missing-brace': ({
    path,
    braces,
    refused,
  }: {
    readonly path: string;
    /** How many there are, or how Nginx complains of them. */
    readonly braces: Braces | string;
    /** Where Nginx has noticed it; `null` when only the file is looked at. */
    readonly refused: { readonly line: number; readonly service: NginxService } | null;
  }) => ({
    found: `The braces of ${path} do not pair${refused === null ? '' : ` (noticed in line ${refused.line})`}: ${
      typeof braces === 'string' ? braces : `${braces.opened} open and ${braces.closed} close.`
    }`,
    advice: `Each \`{\` needs its \`}\`: one for the location, one for the server.${refused === null ? '' : ` ${testAndRestart(refused.service)}`}`,
  }),

  'server-block-nested': ({ path, line, service }: Place & { readonly service: NginxService }) => ({
    found: `The server block in line ${line} of ${path} stands inside another one.`,
    advice: `Move the whole block, from \`server {\` to its last brace, above the line \`server {\` that is around it. ${testAndRestart(service)}`,
  }),

  'server-block-outside-http': ({
    path,
    line,
    inside,
    service,
  }: Place & {
    /** The block that it stands in; `undefined` when it stands in none. */
    readonly inside: string | undefined;
    readonly service: NginxService;
  }) => ({
    found: `The server block in line ${line} of ${path} stands ${inside === undefined ? 'outside' : `in \`${inside} { … }\`, not inside`} \`http { … }\`, the only place where Nginx takes one.`,
    advice: `Move the whole block, from \`server {\` to its last brace, into \`http { … }\`, right above the server block that is there already. ${testAndRestart(service)}`,
  }),

  'nginx-not-running': ({
    state,
    isDisabled,
    service,
  }: Again & { readonly state: string; readonly isDisabled: boolean }) => ({
    found: `Nginx is not running: its service is ${state}.`,
    advice: `Start it: \`${service.start}\`.${
      isDisabled ? ' Then `sudo systemctl enable nginx`, so that it starts with the machine.' : ''
    }`,
  }),

  'nginx-port-in-use': ({ service }: Again) => ({
    found: 'Nginx cannot start, because another program has its port.',
    advice: `See which one with \`sudo ss -ltnp\`, stop it, then \`${service.start}\`.`,
  }),

  'nginx-not-restarted': ({ files, service }: Again & { readonly files: readonly string[] }) => ({
    found: `${files.join(' and ')} changed after Nginx had read its configuration; it still goes by the old one.`,
    advice: `Let it read again: \`${service.restart}\`.`,
  }),

  'nginx-older-than-group': ({
    user,
    group,
    service,
  }: Again & { readonly user: string; readonly group: string }) => ({
    found: `The login ${user} is in the group ${group} now, but the running Nginx was started before that, and a program keeps the groups that it was started with.`,
    advice: `Start it anew: \`${service.restart}\`.`,
  }),

  /** systemd starts nothing more than five times in ten seconds. */
  'started-too-often': (facts: { readonly of: 'nginx' } | { readonly of: 'unit'; readonly unit: string }) =>
    facts.of === 'nginx'
      ? {
          found: 'systemd has given up on Nginx: it was started too often in a few seconds.',
          advice:
            'Its configuration is valid now. `sudo systemctl reset-failed nginx`, then `sudo systemctl start nginx`.',
        }
      : {
          found: `systemd has given up on ${facts.unit}: it was started too often in a few seconds.`,
          advice: `Look first at why it ended, with \`sudo journalctl -u ${facts.unit}\`. Then \`sudo systemctl reset-failed ${facts.unit}\` and \`sudo systemctl start ${facts.unit}\`.`,
        },

  'nginx-main-file-missing': ({
    path,
    installer,
  }: {
    readonly path: string;
    readonly installer: Installer;
  }) => ({
    found: `${path}, the file with which Nginx begins, is gone.`,
    advice: `${adviseReinstall(installer)} What you wrote yourself has to be written again. Or reset the machine to the start of this chapter.`,
  }),

  'nginx-include-missing': ({
    path,
    line,
    included,
    installer,
    service,
  }: Place & Again & { readonly included: string; readonly installer: Installer }) => ({
    found: `Line ${line} of ${path} includes ${included}, and there is no such file.`,
    advice: included.includes('uwsgi')
      ? `For uWSGI the line is \`include uwsgi_params;\`. ${testAndRestart(service)}`
      : `Compare line ${line} of ${path} with the text. If the line is right, the file that it names has been deleted. ${adviseReinstall(installer)}`,
  }),

  'nginx-unknown-directive': ({
    path,
    line,
    directive,
    near,
    service,
  }: Place &
    Again & {
      readonly directive: string;
      /** A directive that is written nearly so. */
      readonly near: string | undefined;
    }) => ({
    found: `Nginx knows no directive "${directive}" (line ${line} of ${path}).`,
    advice: `${near === undefined ? `Compare line ${line} with the text.` : `Change it to \`${near}\`.`} ${testAndRestart(service)}`,
  }),

  'nginx-config-invalid': ({
    message,
    place,
    service,
  }: Again & {
    readonly message: string;
    /** `null` when Nginx names no line. */
    readonly place: Place | null;
  }) => ({
    found: `Nginx refuses its configuration: ${message}`,
    advice: `${place === null ? 'Fix what it names.' : `Compare line ${place.line} of ${place.path} with the text.`} ${testAndRestart(service)}`,
  }),

  'server-block-link-broken': ({
    path,
    target,
    site,
    service,
  }: Again & {
    readonly path: string;
    /** The text of the link. */
    readonly target: string;
    /** The file to which it should lead. */
    readonly site: string;
  }) => {
    const slash = path.lastIndexOf('/');
    const toItself =
      target === path.slice(slash + 1) ? ' Looked up in that folder, that is the link itself.' : '';
    return {
      found: `${path} is a link to "${target}", where there is nothing.${toItself}`,
      advice: `A link's target must be a whole path: \`sudo rm ${path}\`, then \`sudo ln -s ${site} ${path.slice(0, slash)}\`. ${testAndRestart(service)}`,
    };
  },

  'server-block-not-linked': ({
    path,
    folder,
    service,
  }: Again & { readonly path: string; readonly folder: string }) => ({
    found: `Your server block is in ${path}, but nothing in ${folder} leads to it, so Nginx does not load it.`,
    advice: `Link it: \`sudo ln -s ${path} ${folder}\`. ${testAndRestart(service)}`,
  }),

  'server-block-missing': ({
    host,
    place,
    service,
  }: Again & {
    readonly host: string;
    /** Where one belongs: into a file of its own, in a folder of such files, or into Nginx's main file. */
    readonly place:
      | { readonly kind: 'sites-enabled' }
      | { readonly kind: 'folder'; readonly folder: string }
      | {
          readonly kind: 'file';
          readonly path: string;
          /** The line in which the first server block of that file begins. */
          readonly first: number | undefined;
        };
  }) => {
    const found = `None of Nginx's server blocks is for ${host} or passes anything to uWSGI.`;
    switch (place.kind) {
      case 'sites-enabled':
        return {
          found,
          advice:
            'Write one: `sudo nano /etc/nginx/sites-available/myproject`, and link it into /etc/nginx/sites-enabled.',
        };
      case 'folder':
        return {
          found,
          advice: `Write one into a file whose name ends in .conf, and link it into ${place.folder}.`,
        };
      case 'file':
        return {
          found,
          advice: `Write one into ${place.path} (\`sudo nano ${place.path}\`), inside \`http { … }\`${place.first === undefined ? '' : ` and above the server block that begins in line ${place.first}`}. ${testAndRestart(service)}`,
        };
    }
  },

  'server-name-mismatch': (
    facts: Again & { readonly host: string } & (
        | {
            /** The reader's block, its names, and the line in which it begins where its file has several. */
            readonly own: Site & { readonly names: readonly string[] };
            /** The block that answers. */
            readonly other: Site | null;
          }
        /** No block has the name; the block in this file answers. */
        | { readonly own: null; readonly path: string }
      ),
  ) => {
    const { host, service } = facts;
    if (facts.own === null) {
      return {
        found: `No server block names ${host}; the one that answers is in ${facts.path}.`,
        advice: `Write \`server_name ${host};\` in ${facts.path}. ${testAndRestart(service)}`,
      };
    }
    const { own, other } = facts;
    const names = own.names.length === 0 ? 'no name' : `the name ${own.names.join(', ')}`;
    const sameFile = own.path === other?.path;
    const place = ({ path, line }: Site): string => (sameFile ? `${path}, line ${line}` : path);
    return {
      found: `Your server block (${place(own)}) has ${names}, so a request for ${host} goes to another block (${other === null ? 'none' : place(other)}).`,
      advice: `Write \`server_name ${host};\` in ${sameFile ? `the block that begins in line ${own.line} of ` : ''}${own.path}. ${testAndRestart(service)}`,
    };
  },

  'listen-port-wrong': ({
    port,
    own,
    service,
  }: Again & {
    readonly port: number;
    /** The reader's block and its ports; `null` when nothing at all listens on the port. */
    readonly own: { readonly path: string; readonly ports: readonly number[] } | null;
  }) =>
    own === null
      ? {
          found: `Nginx runs, but listens on no port ${port}.`,
          advice: `Write \`listen ${port};\` in your server block. ${testAndRestart(service)}`,
        }
      : {
          found: `Your server block (${own.path}) listens on port ${own.ports.join(', ')}, not on ${port}.`,
          advice: `Write \`listen ${port};\` in it. ${testAndRestart(service)}`,
        },

  'default-site-kept': ({
    path,
    own,
    host,
    alike,
    port,
    service,
  }: Again & {
    readonly path: string;
    /** The name of the reader's file. */
    readonly own: string;
    readonly host: string;
    readonly port: number;
    /** The name that both blocks have. */
    readonly alike: string | undefined;
  }) => ({
    found: `${path} is still there. Nginx reads it before ${own}, ${
      alike === undefined
        ? `neither of the two is called ${host}`
        : `both have port ${port} and the name ${alike}`
    }, and the first one answers.`,
    advice: `Remove it: \`sudo rm ${path}\`. ${testAndRestart(service)}`,
  }),

  'location-mismatch': ({
    path,
    request,
    service,
  }: Again & {
    readonly path: string;
    /** The path that was asked for. */
    readonly request: string;
  }) => ({
    found: `The server block in ${path} passes only some paths to uWSGI, and ${request} is not among them.`,
    advice: `The location for every request is \`location / { … }\`. ${testAndRestart(service)}`,
  }),

  'proxy-pass-instead': ({ path, service }: Again & { readonly path: string }) => ({
    found: `The server block in ${path} uses \`proxy_pass\`, which speaks HTTP; uWSGI's socket speaks the uwsgi protocol.`,
    advice: `Use \`uwsgi_pass\` with \`include uwsgi_params;\` before it. ${testAndRestart(service)}`,
  }),

  'uwsgi-pass-malformed': ({
    path,
    line,
    address,
    service,
  }: Place & Again & { readonly address: string }) => ({
    found: `Line ${line} of ${path} passes requests to "${address}", which Nginx takes for the name of a host.`,
    advice: `A socket is written with \`unix:\` and its whole path from the first slash: \`uwsgi_pass unix:/…/myproject.sock;\`. ${testAndRestart(service)}`,
  }),

  'uwsgi-pass-missing': (
    facts: Again &
      (
        | { readonly host: string; readonly path: string }
        /** A check wants this very address. */
        | { readonly wanted: string }
      ),
  ) =>
    'wanted' in facts
      ? {
          found: `The server block passes nothing to ${facts.wanted}.`,
          advice: `Write \`uwsgi_pass ${facts.wanted};\` there. ${testAndRestart(facts.service)}`,
        }
      : {
          found: `The server block for ${facts.host} (${facts.path}) passes nothing to uWSGI.`,
          advice: `Write the \`location / { … }\` of the text into it, with \`include uwsgi_params;\` and \`uwsgi_pass\`. ${testAndRestart(facts.service)}`,
        },

  'socket-path-mismatch': (
    facts:
      /** Nginx passes to `passed`, uWSGI listens on `own`. */
      | {
          readonly at: 'both';
          readonly passed: Place & { readonly socket: string };
          readonly own: string;
          /** Which of the two has to change. */
          readonly change:
            | { readonly side: 'nginx'; readonly service: NginxService }
            | {
                readonly side: 'uwsgi';
                /** uWSGI's configuration, and the value of its `socket`. */
                readonly configuration: string | undefined;
                readonly socket: string;
                readonly keeper: Keeper;
              };
        }
      /** uWSGI listens on `own` where another socket is looked for. */
      | {
          readonly at: 'socket';
          readonly own: string;
          readonly configuration: string | undefined;
          readonly socket: string;
          readonly keeper: Keeper;
        }
      /** A line of Nginx's passes to another address than a check wants. */
      | (Place & Again & { readonly at: 'nginx'; readonly address: string; readonly wanted: string }),
  ) => {
    switch (facts.at) {
      case 'both': {
        const { passed, own, change } = facts;
        return {
          found: `Nginx looks for the socket ${passed.socket}, but uWSGI listens on ${own}.`,
          advice:
            change.side === 'nginx'
              ? `In ${passed.path}, line ${passed.line}, write \`uwsgi_pass unix:${own};\`. ${testAndRestart(change.service)}`
              : adviseSocket(change),
        };
      }
      case 'socket':
        return { found: `uWSGI listens on ${facts.own} instead.`, advice: adviseSocket(facts) };
      case 'nginx':
        return {
          found: `Line ${facts.line} of ${facts.path} passes requests to ${facts.address}, not to ${facts.wanted}.`,
          advice: `Write \`uwsgi_pass ${facts.wanted};\` there. ${testAndRestart(facts.service)}`,
        };
    }
  },
} as const satisfies ProgramWords;

/** A server block: its file, and the line in which it begins. */
type Site = Place;

/** What uWSGI's configuration should say of the socket. */
function adviseSocket({
  configuration,
  socket,
  keeper,
}: {
  readonly configuration: string | undefined;
  readonly socket: string;
  readonly keeper: Keeper;
}): string {
  return `In ${configuration ?? "uWSGI's configuration"} write \`socket = ${socket}\`. ${afterSocket(keeper)}`;
}
