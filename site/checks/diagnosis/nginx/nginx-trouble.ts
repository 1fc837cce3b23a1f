import type { NginxFacts } from '../../guest/facts.ts';
import { installationOf } from '../../guest/installer.ts';
import { lineWithoutSemicolon } from '../../guest/nginx-syntax.ts';
import {
  blockFor,
  passFor,
  serverBlocks,
  socketOfPass,
  uwsgiPasses,
  type ServerBlock,
} from '../../guest/server-blocks.ts';
import { closestLine, lastLines } from '../../text.ts';
import { adviseReinstall, testAndRestart } from '../../words/en/phrases.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { misplacedServerTrouble } from './misplaced-server.ts';

/** Why Nginx does not run, or runs with a configuration that cannot be loaded again; `null` when all is well. */
export function runningTrouble(facts: NginxFacts): Trouble | null {
  const { unit, service } = facts;
  if (!facts.installed) {
    return trouble('nginx-not-installed', { install: installationOf('nginx', facts.installer) });
  }
  if (!facts.valid) return invalidTrouble(facts);
  if (unit.activeState === 'active' || unit.activeState === 'reloading') return null;
  if (unit.result === 'start-limit-hit') {
    return {
      cause: 'started-too-often',
      found: 'systemd has given up on Nginx: it was started too often in a few seconds.',
      advice:
        'Its configuration is valid now. `sudo systemctl reset-failed nginx`, then `sudo systemctl start nginx`.',
    };
  }
  const inUse = facts.errorLog.findLast((line) => line.includes('Address already in use'));
  if (inUse !== undefined && unit.activeState === 'failed') {
    return {
      cause: 'nginx-port-in-use',
      found: 'Nginx cannot start, because another program has its port.',
      advice: `See which one with \`sudo ss -ltnp\`, stop it, then \`${service.start}\`.`,
      evidence: inUse,
    };
  }
  return {
    cause: 'nginx-not-running',
    found: `Nginx is not running: its service is ${unit.activeState}.`,
    advice: `Start it: \`${service.start}\`.${
      unit.enabledState === 'disabled'
        ? ' Then `sudo systemctl enable nginx`, so that it starts with the machine.'
        : ''
    }`,
  };
}

/** What `nginx -t` complains of, and the line to change. */
function invalidTrouble(facts: NginxFacts): Trouble {
  const again = testAndRestart(facts.service);
  const complaint =
    facts.verdict.split('\n').find((line) => line.includes('[emerg]')) ?? lastLines(facts.verdict, 1);
  const message = complaint.replace(/^.*\[emerg\]\s*(?:\d+#\d+:\s*)?/, '');
  const place = / in (\/\S+?):(\d+)$/.exec(message);
  const file = place?.[1] ?? '';
  const line = Number(place?.[2] ?? 0);
  const base = { evidence: message };

  const broken = facts.brokenLinks[0];
  if (broken !== undefined && message.includes(broken.path)) {
    const slash = broken.path.lastIndexOf('/');
    const name = broken.path.slice(slash + 1);
    const site = facts.available.find(({ path }) => path.endsWith(`/${name}`))?.path;
    const toItself = broken.target === name ? ' Looked up in that folder, that is the link itself.' : '';
    return {
      ...base,
      cause: 'server-block-link-broken',
      found: `${broken.path} is a link to "${broken.target}", where there is nothing.${toItself}`,
      advice: `A link's target must be a whole path: \`sudo rm ${broken.path}\`, then \`sudo ln -s ${site ?? `/etc/nginx/sites-available/${name}`} ${broken.path.slice(0, slash)}\`. ${again}`,
    };
  }
  if (file === '') return placelessTrouble(message, facts);
  const text = facts.files.find(({ path }) => path === file)?.text ?? '';
  const open = lineWithoutSemicolon(text);
  const aboutSyntax =
    /invalid parameter|invalid number of arguments|is not terminated by ";"|unexpected/.test(message);
  if (open !== null && aboutSyntax && open.line <= line) {
    return trouble(
      'nginx-missing-semicolon',
      { path: file, line: open.line, text: open.text, service: facts.service },
      message,
    );
  }
  const misplaced = misplacedServerTrouble(message, text, file, line, facts.service);
  if (misplaced !== null) return misplaced;
  if (/expecting "}"|unexpected "}"|has no opening "{"/.test(message)) {
    const refused = { line, service: facts.service };
    return trouble('nginx-missing-brace', { path: file, braces: message, refused }, message);
  }
  const unknown = /unknown directive "([^"]+)"/.exec(message)?.[1];
  if (unknown !== undefined) {
    const near = closestLine(
      unknown,
      ['server', 'listen', 'server_name', 'location', 'include', 'uwsgi_pass', 'root', 'index'],
      3,
    );
    return {
      ...base,
      cause: 'nginx-unknown-directive',
      found: `Nginx knows no directive "${unknown}" (line ${line} of ${file}).`,
      advice: `${near === null ? `Compare line ${line} with the text.` : `Change it to \`${near.text}\`.`} ${again}`,
    };
  }
  const included = /open\(\) "([^"]+)" failed \(2: No such file/.exec(message)?.[1];
  if (included !== undefined) {
    return {
      ...base,
      cause: 'nginx-include-missing',
      found: `Line ${line} of ${file} includes ${included}, and there is no such file.`,
      advice: included.includes('uwsgi')
        ? `For uWSGI the line is \`include uwsgi_params;\`. ${again}`
        : `Compare line ${line} of ${file} with the text. If the line is right, the file that it names has been deleted. ${adviseReinstall(facts.installer)}`,
    };
  }
  const host = /invalid host in upstream "([^"]+)"|host not found in upstream "([^"]+)"/.exec(message);
  if (host !== null) {
    return {
      ...base,
      cause: 'uwsgi-pass-malformed',
      found: `Line ${line} of ${file} passes requests to "${host[1] ?? host[2] ?? ''}", which Nginx takes for the name of a host.`,
      advice: `A socket is written with \`unix:\` and its whole path from the first slash: \`uwsgi_pass unix:/…/myproject.sock;\`. ${again}`,
    };
  }
  return {
    ...base,
    cause: 'nginx-config-invalid',
    found: `Nginx refuses its configuration: ${message}`,
    advice: `Compare line ${line} of ${file} with the text. ${again}`,
  };
}

/** A complaint that names no line: most often there is no file in which a line could be. */
function placelessTrouble(message: string, facts: NginxFacts): Trouble {
  const { installer } = facts;
  const main = /open\(\) "([^"]+\/nginx\.conf)" failed \(2: No such file/.exec(message)?.[1];
  if (main !== undefined) {
    return {
      cause: 'nginx-main-file-missing',
      found: `${main}, the file with which Nginx begins, is gone.`,
      advice: `${adviseReinstall(installer)} What you wrote yourself has to be written again. Or reset the machine to the start of this chapter.`,
      evidence: message,
    };
  }
  return {
    cause: 'nginx-config-invalid',
    found: `Nginx refuses its configuration: ${message}`,
    advice: `Fix what it names. ${testAndRestart(facts.service)}`,
    evidence: message,
  };
}

/** The site that the package of nginx.org brings. */
const PACKAGED_SITE = '/etc/nginx/conf.d/default.conf';

/** Which server block should answer, and what its requests are passed to. */
export interface Route {
  readonly block: ServerBlock;
  readonly address: string;
  readonly file: string;
  readonly line: number;
}

/** Where a request goes by the configuration on disk; a trouble when that is not uWSGI. */
export function routeOf(facts: NginxFacts, host: string, port: number, path: string): Route | Trouble {
  const again = testAndRestart(facts.service);
  const block = blockFor(facts.blocks, host, port);
  const pass = block === null ? null : passFor(block, path);
  if (block !== null && pass?.name === 'uwsgi_pass') {
    return { block, address: pass.args[0] ?? '', file: pass.file, line: pass.line };
  }
  const passing = facts.blocks.filter((candidate) => uwsgiPasses(candidate).length > 0);
  if (passing.length === 0) return notLoadedTrouble(facts, host, block, pass?.name);

  const other = passing[0];
  if (other === block || other === undefined) {
    return {
      cause: 'location-mismatch',
      found: `The server block in ${block?.file ?? ''} passes only some paths to uWSGI, and ${path} is not among them.`,
      advice: `The location for every request is \`location / { … }\`. ${again}`,
    };
  }
  if (!other.listens.some((listen) => listen.port === port)) {
    return {
      cause: 'listen-port-wrong',
      found: `Your server block (${other.file}) listens on port ${other.listens.map((listen) => listen.port).join(', ')}, not on ${port}.`,
      advice: `Write \`listen ${port};\` in it. ${again}`,
    };
  }
  if (block?.file === PACKAGED_SITE && block.names.includes(host) === other.names.includes(host)) {
    const alike = other.names.find((own) => block.names.includes(own));
    const name = other.file.slice(other.file.lastIndexOf('/') + 1);
    return {
      cause: 'default-site-kept',
      found: `${block.file} is still there. Nginx reads it before ${name}, ${
        alike === undefined
          ? `neither of the two is called ${host}`
          : `both have port ${port} and the name ${alike}`
      }, and the first one answers.`,
      advice: `Remove it: \`sudo rm ${block.file}\`. ${again}`,
    };
  }
  const names = other.names.length === 0 ? 'no name' : `the name ${other.names.join(', ')}`;
  const sameFile = other.file === block?.file;
  const place = ({ file, line }: ServerBlock): string => (sameFile ? `${file}, line ${line}` : file);
  return {
    cause: 'server-name-mismatch',
    found: `Your server block (${place(other)}) has ${names}, so a request for ${host} goes to another block (${block === null ? 'none' : place(block)}).`,
    advice: `Write \`server_name ${host};\` in ${sameFile ? `the block that begins in line ${other.line} of ` : ''}${other.file}. ${again}`,
  };
}

/** No block that Nginx loads passes anything to uWSGI. */
function notLoadedTrouble(
  facts: NginxFacts,
  host: string,
  block: ServerBlock | null,
  passName: string | undefined,
): Trouble {
  const again = testAndRestart(facts.service);
  const folder = sitesFolder(facts) ?? '/etc/nginx/sites-enabled';
  const loaded = new Set(facts.files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)));
  const available = facts.available.find(
    (file) =>
      !loaded.has(file.path.slice(file.path.lastIndexOf('/') + 1)) &&
      serverBlocks([file]).some(
        (candidate) => uwsgiPasses(candidate).length > 0 || candidate.names.includes(host),
      ),
  );
  if (available !== undefined) return linkItTrouble(available.path, facts);
  if (passName === 'proxy_pass') {
    return {
      cause: 'proxy-pass-instead',
      found: `The server block in ${block?.file ?? ''} uses \`proxy_pass\`, which speaks HTTP; uWSGI's socket speaks the uwsgi protocol.`,
      advice: `Use \`uwsgi_pass\` with \`include uwsgi_params;\` before it. ${again}`,
    };
  }
  if (block?.names.includes(host) === true) {
    return {
      cause: 'uwsgi-pass-missing',
      found: `The server block for ${host} (${block.file}) passes nothing to uWSGI.`,
      advice: `Write the \`location / { … }\` of the text into it, with \`include uwsgi_params;\` and \`uwsgi_pass\`. ${again}`,
    };
  }
  const found = `None of Nginx's server blocks is for ${host} or passes anything to uWSGI.`;
  const single = singleFile(facts);
  if (single === null) {
    return {
      cause: 'server-block-missing',
      found,
      advice:
        folder === CONF_D
          ? `Write one into a file whose name ends in .conf, and link it into ${folder}.`
          : 'Write one: `sudo nano /etc/nginx/sites-available/myproject`, and link it into /etc/nginx/sites-enabled.',
    };
  }
  const first = facts.blocks.find(({ file }) => file === single.path);
  return {
    cause: 'server-block-missing',
    found,
    advice: `Write one into ${single.path} (\`sudo nano ${single.path}\`), inside \`http { … }\`${first === undefined ? '' : ` and above the server block that begins in line ${first.line}`}. ${again}`,
  };
}

/** Nginx does not load the block that passes requests to `socket`; `null` when no file has such a block. */
export function notLinkedTrouble(facts: NginxFacts, socket: string): Trouble | null {
  const file = facts.available.find((candidate) =>
    serverBlocks([candidate]).some((block) =>
      uwsgiPasses(block).some(({ args }) => socketOfPass(args[0] ?? '') === socket),
    ),
  );
  return file === undefined ? null : linkItTrouble(file.path, facts);
}

function linkItTrouble(path: string, facts: NginxFacts): Trouble {
  const folder = sitesFolder(facts) ?? '/etc/nginx/sites-enabled';
  return {
    cause: 'server-block-not-linked',
    found: `Your server block is in ${path}, but nothing in ${folder} leads to it, so Nginx does not load it.`,
    advice: `Link it: \`sudo ln -s ${path} ${folder}\`. ${testAndRestart(facts.service)}`,
  };
}

/** Nginx's main file where server blocks stand in it; `null` where sites have a folder of their own. */
function singleFile(facts: NginxFacts): NginxFacts['files'][number] | null {
  const main = facts.files.find(({ path }) => path === '/etc/nginx/nginx.conf');
  return main === undefined || sitesFolder(facts) !== null ? null : main;
}

const CONF_D = '/etc/nginx/conf.d';

/** The folder into which sites are linked; `null` where server blocks stand in Nginx's main file. */
function sitesFolder({ files, blocks }: NginxFacts): string | null {
  const main = files.find(({ path }) => path === '/etc/nginx/nginx.conf');
  if (main?.text.includes('/sites-enabled/') !== false) return '/etc/nginx/sites-enabled';
  const ownBlock = blocks.some(({ file }) => file === main.path);
  return main.text.includes('/conf.d/*.conf') && !ownBlock ? CONF_D : null;
}

/** Nginx runs with an older configuration than the one on disk; `null` when it is up to date. */
export function notRestartedTrouble({ newerThanRunning, service }: NginxFacts): Trouble | null {
  const own = newerThanRunning.filter((path) => !/^\/etc\/nginx\/(sites-enabled|conf\.d)$/.test(path));
  const changed = own.length > 0 ? own : newerThanRunning;
  if (changed.length === 0) return null;
  return {
    cause: 'nginx-not-restarted',
    found: `${changed.join(' and ')} changed after Nginx had read its configuration; it still goes by the old one.`,
    advice: `Let it read again: \`${service.restart}\`.`,
  };
}
