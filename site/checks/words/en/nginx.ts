import type { Installation } from '../../guest/installer.ts';
import type { NginxService } from '../../guest/nginx-service.ts';
import type { ProgramWords } from '../words.ts';
import { adviseInstall, testAndRestart } from './phrases.ts';

/** A place in Nginx's configuration. */
interface Place {
  readonly path: string;
  /** From 1. */
  readonly line: number;
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
} as const satisfies ProgramWords;
