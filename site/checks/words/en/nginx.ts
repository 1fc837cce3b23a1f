import type { Installation, Installer } from '../../guest/installer.ts';
import type { Keeper } from '../../guest/keeper.ts';
import type { NginxService } from '../../guest/nginx-service.ts';
import type { ForeignSign } from '../../guest/nginx-syntax.ts';
import type { UnclosedBlock } from '../../guest/unclosed-block.ts';
import { folderOf } from '../../text.ts';
import type { ProgramWords } from '../words.ts';
import { afterSocket } from './keeper.ts';
import { adviseInstall, adviseReinstall, shellWord, testAndRestart } from './phrases.ts';

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

  'nginx-values-quoted': ({
    path,
    line,
    text,
    wanted,
    service,
  }: Place & Again & { readonly text: string; readonly wanted: string }) => ({
    found: `Line ${line} of ${path} is \`${text}\`. What stands in quotes is a single value to Nginx.`,
    advice: `Change line ${line} to \`${wanted}\`. ${testAndRestart(service)}`,
  }),

  'nginx-missing-brace': ({
    path,
    braces,
    unclosed,
    refused,
  }: {
    readonly path: string;
    /** The block that lacks its brace; `null` when that is not known. */
    readonly unclosed: UnclosedBlock | null;
    /** How many there are, or how Nginx complains of them. */
    readonly braces: Braces | string;
    /** Where Nginx has noticed it; `null` when only the file is looked at. */
    readonly refused: { readonly line: number; readonly service: NginxService } | null;
  }) => ({
    found: `The braces of ${path} do not pair${refused === null ? '' : ` (noticed in line ${refused.line})`}: ${
      typeof braces === 'string' ? braces : `${braces.opened} open and ${braces.closed} close.`
    }`,
    advice: `${
      unclosed === null
        ? (typeof braces === 'string' ? braces.includes('unexpected "}"') : braces.closed > braces.opened)
          ? `There is a \`}\` without its \`{\`: the line that opens the block is missing, or the brace comes too early. Compare ${refused === null ? 'the file' : `the lines before line ${refused.line}`} with the text.`
          : 'Each `{` needs its `}`: check against the text where each block ends.'
        : `The block that begins in line ${unclosed.line}, \`${unclosed.text}\`, seems to lack its \`}\`: write it where that block ends.`
    }${refused === null ? '' : ` ${testAndRestart(refused.service)}`}`,
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

  'nginx-masked': () => ({
    found: 'The unit nginx.service is masked: systemd is told never to start it.',
    advice: 'Take the mask off: `sudo systemctl unmask nginx`, then `sudo systemctl start nginx`.',
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
    near,
    installer,
    service,
  }: Again & {
    readonly path: string;
    /** What is likely the file, under another name; `null` when there is none. */
    readonly near: string | null;
    readonly installer: Installer;
  }) => ({
    found: `${path}, the file with which Nginx begins, is gone${near === null ? '' : `, but there is a ${near}`}.`,
    advice:
      near === null
        ? `${adviseReinstall(installer)} What you wrote yourself has to be written again. Or reset the machine to the start of this chapter.`
        : `If that is the one, rename it: \`sudo mv ${shellWord(near)} ${shellWord(path)}\`. ${testAndRestart(service)}`,
  }),

  'nginx-include-missing': ({
    path,
    line,
    included,
    installer,
    service,
  }: Place & Again & { readonly included: string; readonly installer: Installer }) => ({
    found: `Line ${line} of ${path} includes ${included}, and there is no such file.`,
    advice: included.startsWith('/etc/nginx/sites-enabled/')
      ? `Change it to \`include /etc/nginx/sites-enabled/*;\`. ${testAndRestart(service)}`
      : included.includes('uwsgi')
        ? `For uWSGI the line is \`include uwsgi_params;\`. ${testAndRestart(service)}`
        : `Compare line ${line} of ${path} with the text. If the line is right, the file that it names has been deleted. ${adviseReinstall(installer)}`,
  }),

  'nginx-user-unknown': ({
    path,
    line,
    login,
    wanted,
    service,
  }: Place &
    Again & {
      readonly login: string;
      /** The login that is there for Nginx; `null` when there is none. */
      readonly wanted: string | null;
    }) => ({
    found: `Line ${line} of ${path} tells Nginx to run as "${login}", and this machine has no such login or group.`,
    advice: `${wanted === null ? 'Name a login that there is.' : `Write \`user ${wanted};\` in line ${line}.`} ${testAndRestart(service)}`,
  }),

  'nginx-log-folder-missing': ({
    log,
    place,
    service,
  }: Again & {
    readonly log: string;
    /** The line that names the log; `null` when Nginx takes it of itself. */
    readonly place: Place | null;
  }) => ({
    found: `Nginx cannot write its log ${log}${place === null ? '' : ` (line ${place.line} of ${place.path})`}: there is no such folder.`,
    advice: `Make the folder: \`sudo mkdir -p ${shellWord(folderOf(log))}\`. ${testAndRestart(service)}`,
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
    found: isValue(directive)
      ? `Line ${line} of ${path} begins with a value, \`${directive.trim()}\`, where Nginx expects a directive.`
      : `Nginx knows no directive "${directive}" (line ${line} of ${path}).`,
    advice: `${
      isValue(directive)
        ? `Compare line ${line} and the lines above it with the text: a directive ends at its semicolon, so of several lines only the last one has it.`
        : near !== undefined
          ? `Change it to \`${near}\`.`
          : directive.startsWith('//') || directive.startsWith('/*')
            ? 'A comment begins with `#`: write that sign in its place.'
            : directive === '$'
              ? 'That is the prompt of the shell, copied with the text: take it out.'
              : `Compare line ${line} with the text.`
    } ${testAndRestart(service)}`,
  }),

  'nginx-foreign-characters': ({
    path,
    lines,
    sign,
    service,
  }: Again & {
    readonly path: string;
    /** From 1. */
    readonly lines: readonly number[];
    readonly sign: ForeignSign;
  }) => {
    const where = `${lines.length === 1 ? 'Line' : 'Lines'} ${joinNumbers(lines)} of ${path}`;
    const has = lines.length === 1 ? 'has' : 'have';
    // Without the option, sed would put a file in the place of the link.
    const sed = (change: string): string =>
      `\`sudo sed -i --follow-symlinks '${change}' ${shellWord(path)}\``;
    switch (sign) {
      case 'blank':
        return {
          found: `${where} ${has} non-breaking spaces, which look like blanks and came with a text from the web. Nginx takes them for letters.`,
          advice: `Let sed put blanks in their place: ${sed(String.raw`s/\xC2\xA0/ /g`)}. ${testAndRestart(service)}`,
        };
      case 'mark':
        return {
          found: `${where} ${has} an invisible sign, a byte order mark, that an editor has put there. Nginx takes it for a letter.`,
          advice: `Let sed take it out: ${sed(String.raw`s/\xEF\xBB\xBF//g; s/\xE2\x80\x8B//g`)}. ${testAndRestart(service)}`,
        };
      case 'quote':
        return {
          found: `${where} ${has} typographic quotes, which came with a text from the web. Nginx takes them for letters.`,
          advice: `Type what is between them anew, without quotes. ${testAndRestart(service)}`,
        };
    }
  },

  'nginx-quote-open': ({ path, line, text, service }: Place & Again & { readonly text: string }) => ({
    found: `The quote that begins in line ${line} of ${path}, \`${text}\`, does not end in that line, so Nginx reads on to the next quote.`,
    advice: `Take that quote out, or write its second one. ${testAndRestart(service)}`,
  }),

  'default-server-twice': ({
    path,
    line,
    first,
    service,
  }: Place & Again & { readonly first: Place | null }) => ({
    found: `Line ${line} of ${path} says \`default_server\`, and ${first === null ? 'another server block of that port' : `line ${first.line} of ${first.path}`} does so, too. Only one block of a port may.`,
    advice: `Take the word \`default_server\` out of line ${line} of ${path}: \`listen 80;\` is enough. ${testAndRestart(service)}`,
  }),

  'nginx-directive-twice': ({
    path,
    line,
    what,
    first,
    service,
  }: Place & Again & { readonly what: string; readonly first: Place | null }) => ({
    found: `Line ${line} of ${path} says \`${what}\` a second time${first === null ? '' : `; the first is in line ${first.line}${first.path === path ? '' : ` of ${first.path}`}`}.`,
    advice: `Keep one of the two, and take the other out. ${testAndRestart(service)}`,
  }),

  'server-block-copied': ({
    path,
    original,
    service,
  }: Again & { readonly path: string; readonly original: string }) => ({
    found: `${path} is a copy of ${original}. Nginx reads every file of that folder, and so has the same block twice.`,
    advice: `Remove the copy: \`sudo rm ${shellWord(path)}\`. ${testAndRestart(service)}`,
  }),

  'nginx-directive-misplaced': ({
    path,
    line,
    directive,
    inside,
    hasServer,
    service,
  }: Place &
    Again & {
      readonly directive: string;
      /** The block that it stands in; `undefined` when it stands in none. */
      readonly inside: string | undefined;
      /** The file has a server block. */
      readonly hasServer: boolean;
    }) => ({
    found: `\`${directive}\`, in line ${line} of ${path}, stands ${inside === undefined ? 'outside of every block' : `in \`${inside} { … }\``}, where Nginx does not allow it.`,
    advice: `${inside === undefined && OF_SERVER.test(directive) ? adviseServer(hasServer, line) : advisePlace(directive, path)} ${testAndRestart(service)}`,
  }),

  'server-name-too-long': ({ path, line, name, service }: Place & Again & { readonly name: string }) => ({
    found: `The name ${name}, in line ${line} of ${path}, is longer than the table that Nginx makes of names allows.`,
    advice: `Compare the name with the text. If it is right, allow more: in /etc/nginx/nginx.conf, below \`http {\`, write \`server_names_hash_bucket_size ${bucketFor(name)};\`. ${testAndRestart(service)}`,
  }),

  'listen-malformed': ({ path, line, address, service }: Place & Again & { readonly address: string }) => ({
    found: `Line ${line} of ${path} tells Nginx to listen on "${address}", which is neither a port nor an address.`,
    advice: `Write \`listen 80;\` there. ${testAndRestart(service)}`,
  }),

  'ssl-without-certificate': ({
    path,
    line,
    certificate,
    service,
  }: Place &
    Again & {
      /** A file that is named and cannot be read; `null` when none is named. */
      readonly certificate: string | null;
    }) =>
    certificate === null
      ? {
          found: `Line ${line} of ${path} says \`listen … ssl\`, which is HTTPS, and no line names a certificate.`,
          advice: `This guide has no HTTPS: write \`listen 80;\` in its place, or take it out if the block has that line as well. ${testAndRestart(service)}`,
        }
      : {
          found: `Line ${line} of ${path} names the certificate ${certificate}, which Nginx cannot read.`,
          advice: `This guide has no HTTPS: take out the lines \`ssl_certificate\` and \`ssl_certificate_key\`, and the line \`listen\` with \`ssl\`. ${testAndRestart(service)}`,
        },

  'nginx-events-missing': ({ service }: Again) => ({
    found: '/etc/nginx/nginx.conf has no `events { … }`, which Nginx wants even when it is empty.',
    advice: `Write \`events { worker_connections 768; }\` above \`http {\`. ${testAndRestart(service)}`,
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
    /** The file to which it should lead, by its name or nearly so; `null` when there is none. */
    readonly site: string | null;
  }) => {
    const isWhole = target.startsWith('/');
    const slash = path.lastIndexOf('/');
    const toItself =
      target === path.slice(slash + 1) ? ' Looked up in that folder, that is the link itself.' : '';
    const other = site === null || site.endsWith(path.slice(slash)) ? '' : `, but there is a ${site}`;
    return {
      found: `${path} is a link to "${target}", where there is nothing${other}.${toItself}`,
      advice: `${
        site === null && isWhole
          ? `Write that file, as the text shows it: \`sudo nano ${shellWord(target)}\`.`
          : `${isWhole ? 'Make the link anew' : "A link's target must be a whole path"}: \`sudo rm ${shellWord(path)}\`, then \`sudo ln -s ${shellWord(site ?? `/etc/nginx/sites-available/${path.slice(slash + 1)}`)} ${shellWord(path.slice(0, slash))}\`.`
      } ${testAndRestart(service)}`,
    };
  },

  'server-block-not-linked': ({
    path,
    folder,
    link,
    service,
  }: Again & {
    readonly path: string;
    readonly folder: string;
    /** The name of the link, where it is not the file's own. */
    readonly link: string | null;
  }) => ({
    found: `Your server block is in ${path}, but nothing in ${folder} leads to it, so Nginx does not load it.`,
    advice: `Link it: \`sudo ln -s ${shellWord(path)} ${shellWord(link ?? folder)}\`. ${testAndRestart(service)}`,
  }),

  'server-block-misnamed': ({
    path,
    wanted,
    service,
  }: Again & { readonly path: string; readonly wanted: string }) => ({
    found: `Your server block is in ${path}. Of that folder Nginx loads only files whose names end in .conf.`,
    advice: `Rename it: \`sudo mv ${shellWord(path)} ${shellWord(wanted)}\`. ${testAndRestart(service)}`,
  }),

  'server-block-misplaced': ({
    path,
    wanted,
    link,
    service,
  }: Again & {
    readonly path: string;
    readonly wanted: string;
    /** The folder into which it must be linked then. */
    readonly link: string | null;
  }) => ({
    found: `Your server block is in ${path}, a place where Nginx does not look for one.`,
    advice: `Move it: \`sudo mv ${shellWord(path)} ${shellWord(wanted)}\`${link === null ? '' : `, then \`sudo ln -sf ${shellWord(wanted)} ${shellWord(link)}\``}. ${testAndRestart(service)}`,
  }),

  'nginx-sites-not-included': ({
    path,
    link,
    line,
    service,
  }: Again & {
    /** The file with the server block, or the link to it. */
    readonly path: string;
    /** The folder into which it still has to be linked. */
    readonly link: string | null;
    /** The line of the main file that should include the folder: a comment, or misspelt. */
    readonly line: { readonly number: number; readonly text: string } | null;
  }) => {
    const folder = link ?? path.slice(0, path.lastIndexOf('/'));
    const include = `include ${folder}/${folder.endsWith('conf.d') ? '*.conf' : '*'};`;
    return {
      found: `Your server block is in ${path}, but ${MAIN_FILE} does not include ${folder}${
        line === null
          ? ''
          : line.text.startsWith('#')
            ? `: its line ${line.number} is a comment`
            : `: its line ${line.number} says \`${line.text}\``
      }.`,
      advice: `In ${MAIN_FILE} write \`${include}\` ${line === null ? 'above the last brace, which closes `http {`' : `in line ${line.number}`}. ${link === null ? '' : `Then link your block: \`sudo ln -s ${shellWord(path)} ${shellWord(link)}\`. `}${testAndRestart(service)}`,
    };
  },

  'server-name-twice': ({
    host,
    own,
    first,
    service,
  }: Again & { readonly host: string; readonly own: Place; readonly first: Place }) => ({
    found: `Two server blocks are called ${host}: one begins in line ${first.line} of ${first.path}, the other in line ${own.line} of ${own.path}. Nginx takes the first, which does not pass this request to uWSGI.`,
    advice: `Take the block out that begins in line ${first.line} of ${first.path}. ${testAndRestart(service)}`,
  }),

  'listen-address-wrong': ({
    path,
    line,
    address,
    port,
    service,
  }: Place & Again & { readonly address: string; readonly port: number }) => ({
    found: `Your server block listens on ${address} (line ${line} of ${path}), ${address.startsWith('[::]') ? 'which is IPv6 alone' : 'which only programs on this machine can reach'}.`,
    advice: `Write \`listen ${port};\` in line ${line}. ${testAndRestart(service)}`,
  }),

  'listen-wants-https': ({ path, line, service }: Place & Again) => ({
    found: `Line ${line} of ${path} tells Nginx to expect HTTPS on that port (\`ssl\`), so it refuses a plain request.`,
    advice: `This guide has no HTTPS: write \`listen 80;\` in line ${line}. ${testAndRestart(service)}`,
  }),

  'named-location-missing': ({
    path,
    line,
    directive,
    named,
    names,
    service,
  }: Place &
    Again & {
      readonly directive: string;
      readonly named: string;
      /** What the block calls its named locations. */
      readonly names: readonly string[];
    }) => ({
    found: `Line ${line} of ${path} hands requests to \`${named}\` (\`${directive}\`), and the server block has no \`location ${named}\`${names[0] === undefined ? '' : `, but \`location ${names[0]}\``}.`,
    advice: `${names[0] === undefined ? `Add the block \`location ${named} { … }\` of the text.` : `Write \`${names[0]}\` in line ${line}, so that both have the same name.`} ${testAndRestart(service)}`,
  }),

  'nginx-own-error': ({
    path,
    message,
    service,
  }: Again & { readonly path: string; readonly message: string }) => ({
    found: `Nginx could not answer and passed nothing to uWSGI. Its error log says: ${message}.`,
    advice: `Compare ${path} with the text, and take out what is not there. ${testAndRestart(service)}`,
  }),

  'nginx-answers-itself': ({
    path,
    line,
    text,
    status,
    service,
  }: Place & Again & { readonly text: string; readonly status: number }) => ({
    found: `Nginx answers ${status} by itself and passes nothing to uWSGI, because of line ${line} of ${path}: \`${text}\`.`,
    advice: `Take that rule out. ${testAndRestart(service)}`,
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
          advice: `Write one into ${place.path} (\`sudo nano ${shellWord(place.path)}\`), inside \`http { … }\`${place.first === undefined ? '' : ` and above the server block that begins in line ${place.first}`}. ${testAndRestart(service)}`,
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
    advice: `Remove it: \`sudo rm ${shellWord(path)}\`. ${testAndRestart(service)}`,
  }),

  'location-mismatch': ({
    path,
    request,
    taking,
    own,
    service,
  }: Again & {
    readonly path: string;
    /** The path that was asked for. */
    readonly request: string;
    /** The location that takes it; `null` when none does. */
    readonly taking: { readonly text: string; readonly line: number } | null;
    /** The location that passes requests to uWSGI, and whether it would take this one. */
    readonly own: { readonly text: string; readonly line: number; readonly fits: boolean } | null;
  }) => {
    const again = testAndRestart(service);
    const only = own === null ? 'only some paths' : `only \`${own.text}\` (line ${own.line})`;
    if (taking === null) {
      return {
        found: `The server block in ${path} passes ${only} to uWSGI, and ${request} is not among that.`,
        advice: `${own === null ? 'The location for every request is `location / { … }`.' : `Change line ${own.line} to \`location / {\`.`} ${again}`,
      };
    }
    return {
      found: `\`${taking.text}\`, in line ${taking.line} of ${path}, takes the request for ${request} and does not pass it to uWSGI${own === null ? '' : `; \`${own.text}\` (line ${own.line}) does not get it`}.`,
      advice:
        own?.fits === true
          ? `Take the location out that begins in line ${taking.line}. ${again}`
          : `Take the location out that begins in line ${taking.line}${own === null ? '' : `, and change line ${own.line} to \`location / {\``}. ${again}`,
    };
  },

  'proxy-pass-instead': ({
    path,
    pass,
    service,
  }: Again & {
    readonly path: string;
    /** The line, where Nginx has refused it; `null` when it is only the wrong one. */
    readonly pass: { readonly line: number; readonly text: string } | null;
  }) => {
    const socket = /unix:\/[^\s:;]+|\/[^\s:;]{1,200}\.sock/
      .exec(pass?.text ?? '')?.[0]
      .replace(/^(?=\/)/, 'unix:');
    return {
      found: `${pass === null ? `The server block in ${path} uses` : `Line ${pass.line} of ${path} says`} \`${pass?.text ?? 'proxy_pass'}\`${pass === null ? ', which speaks HTTP' : '. `proxy_pass` speaks HTTP'}; uWSGI's socket speaks the uwsgi protocol.`,
      advice: `${
        pass === null
          ? 'Use `uwsgi_pass` with `include uwsgi_params;` before it.'
          : `In its place write \`uwsgi_pass ${socket ?? 'unix:/…/myproject.sock'};\`, and above it, if it is not there, \`include uwsgi_params;\`.`
      } ${testAndRestart(service)}`,
    };
  },

  'uwsgi-pass-malformed': ({
    path,
    line,
    address,
    directive,
    service,
  }: Place & Again & { readonly address: string; readonly directive: 'uwsgi_pass' | 'server' }) => {
    const meant = meantAddress(address);
    const isName = /^[\w-]+$/.test(address);
    return {
      found: isName
        ? `Line ${line} of ${path} passes requests to "${address}", and no \`upstream ${address} { … }\` says what that is.`
        : `Line ${line} of ${path} passes requests to "${address}", which Nginx takes for the name of a host.`,
      advice: `${
        meant === null
          ? `A socket is written with \`unix:\` and its whole path from the first slash: \`${directive} unix:/…/myproject.sock;\`.`
          : `Write \`${directive} ${meant};\` there.`
      } ${testAndRestart(service)}`,
    };
  },

  /** Seen in the configuration, or only by what uWSGI was not told. */
  'uwsgi-params-missing': (facts: (Place & Again) | { readonly keeper: Keeper }) =>
    'keeper' in facts
      ? {
          found:
            'Nginx passes the request on without saying what it is: no address, no method. These parameters are listed in the file uwsgi_params, which the location does not include.',
          advice: `In your server block, in the location, above \`uwsgi_pass\`, write \`include uwsgi_params;\`. Then \`sudo nginx -t\` and \`sudo ${facts.keeper.kind === 'unit' ? 'systemctl restart nginx' : 'service nginx restart'}\`.`,
        }
      : {
          found: `Nginx passes requests to uWSGI (line ${facts.line} of ${facts.path}), but does not say what was asked for: \`include uwsgi_params;\` is missing.`,
          advice: `Write \`include uwsgi_params;\` above line ${facts.line}. ${testAndRestart(facts.service)}`,
        },

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
          advice: `Write the \`location / { … }\` into it, as the text shows it, with \`include uwsgi_params;\` and \`uwsgi_pass\`. ${testAndRestart(facts.service)}`,
        },

  'socket-path-mismatch': (
    facts:
      /** Nginx passes to `passed`, uWSGI listens on `own`. */
      | {
          readonly at: 'both';
          readonly passed: Place & {
            /** A path, or an address with a port. */
            readonly socket: string;
            readonly directive: 'uwsgi_pass' | 'server';
          };
          readonly own: string;
          /** It does; else it could not. */
          readonly listens: boolean;
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
          found: `${passed.socket.startsWith('/') ? `Nginx looks for the socket ${passed.socket}` : `Nginx passes requests to ${passed.socket}`}, but uWSGI ${facts.listens ? 'listens on' : 'is told to listen on'} ${own}.`,
          advice:
            change.side === 'nginx'
              ? `In ${passed.path}, line ${passed.line}, write \`${passed.directive} ${own.startsWith('/') ? 'unix:' : ''}${own};\`. ${testAndRestart(change.service)}`
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

/** `2, 3 and 7` */
function joinNumbers(numbers: readonly number[]): string {
  return numbers.length < 2
    ? numbers.join('')
    : `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1) ?? ''}`;
}

/** It stands where a directive should, but no directive can look so: it belongs to the one above. */
function isValue(directive: string): boolean {
  return /\s|^\$\w/.test(directive);
}

/** What an address for uWSGI was meant to be, without quotes, blanks and the beginning of a URL; `null` when that is not plain. */
function meantAddress(address: string): string | null {
  const plain = address
    .replaceAll(/["'\s\u2018-\u201E]/g, '')
    .replace(/^(?:https?|uwsgi):\/\//, '')
    .replace(/^unix(?=\/)/, 'unix:')
    .replace(/^(?=\/)/, 'unix:')
    .replace(/^unix:\/+/, 'unix:/');
  return plain !== address && /^(?:unix:\/\S+|[\w.-]+:\d+)$/.test(plain) ? plain : null;
}

/** Where a directive belongs that stands elsewhere. */
function advisePlace(directive: string, path: string): string {
  if (/^(?:uwsgi|proxy|fastcgi|scgi)_pass$/.test(directive)) {
    return `It belongs into a location: write \`location / {\` above the line \`include uwsgi_params;\`, and \`}\` below the line \`${directive}\`.`;
  }
  if (directive === 'listen' || directive === 'server_name') {
    return 'It belongs right into `server { … }`: not into a location, and not outside.';
  }
  if (directive === 'location')
    return 'It belongs into `server { … }`. See which brace closes the block too early.';
  if (directive === 'upstream') return 'It belongs above the line `server {`, not into that block.';
  if (path !== MAIN_FILE && ['http', 'events', 'user', 'worker_processes', 'pid'].includes(directive)) {
    return `It belongs into ${MAIN_FILE} alone, which has it already and reads this file inside \`http { … }\`. Take ${
      directive === 'http' || directive === 'events'
        ? `the line \`${directive} {\` and the brace that closes it out`
        : 'that line out'
    }.`;
  }
  return 'Compare its place with the text: which block is it in there?';
}

/** Directives that belong into a server block. */
const OF_SERVER = /^(?:listen|server_name|location)$/;

/** A directive of a server block stands outside of one. */
function adviseServer(hasServer: boolean, line: number): string {
  return hasServer
    ? 'It belongs into `server { … }`: move it there, above the brace that closes that block.'
    : `The line \`server {\` is missing: write it above line ${line}, and \`}\` at the end of the file.`;
}

const MAIN_FILE = '/etc/nginx/nginx.conf';

/** The next power of two that has room for a name of the table of names. */
function bucketFor(name: string): number {
  return 2 ** Math.ceil(Math.log2(name.length + 24));
}
