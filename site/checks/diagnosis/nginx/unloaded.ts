/** No block that Nginx loads passes anything to uWSGI: where the reader's own is, and why it is not loaded. */
import type { NginxFacts } from '../../guest/facts.ts';
import {
  includesOf,
  serverBlocks,
  socketOfPass,
  takes,
  uwsgiPasses,
  type ConfigurationFile,
  type ServerBlock,
} from '../../guest/server-blocks.ts';
import { baseName, closestLine } from '../../text.ts';
import { trouble, type Trouble } from '../../words/index.ts';

const MAIN = '/etc/nginx/nginx.conf';
const ENABLED = '/etc/nginx/sites-enabled';
const AVAILABLE = '/etc/nginx/sites-available';
const CONF_D = '/etc/nginx/conf.d';

/** Why the block for `host` is not loaded. `block` answers in its place, and hands requests on with `passName`. */
export function unloadedTrouble(
  facts: NginxFacts,
  host: string,
  block: ServerBlock | null,
  passName: string | undefined,
): Trouble {
  const { service } = facts;
  const file = candidates(facts).find((candidate) =>
    serverBlocks([candidate]).some((own) => uwsgiPasses(own).length > 0 || own.names.includes(host)),
  );
  if (file !== undefined) return loadItTrouble(file.path, facts);
  if (passName === 'proxy_pass') {
    return trouble('proxy-pass-instead', { path: block?.file ?? '', pass: null, service });
  }
  if (block?.names.includes(host) === true) {
    return trouble('uwsgi-pass-missing', { host, path: block.file, service });
  }
  const folder = sitesFolder(facts) ?? ENABLED;
  const single = singleFile(facts);
  if (single === null) {
    const place =
      folder === CONF_D ? ({ kind: 'folder', folder } as const) : ({ kind: 'sites-enabled' } as const);
    return trouble('server-block-missing', { host, place, service });
  }
  const first = facts.blocks.find((own) => own.file === single.path)?.line;
  return trouble('server-block-missing', {
    host,
    place: { kind: 'file', path: single.path, first },
    service,
  });
}

/** Nginx does not load the block that passes requests to `socket`; `null` when no file has such a block. */
export function notLinkedTrouble(facts: NginxFacts, socket: string): Trouble | null {
  const file = candidates(facts).find((candidate) =>
    serverBlocks([candidate]).some((block) =>
      uwsgiPasses(block).some(({ args }) => socketOfPass(args[0] ?? '') === socket),
    ),
  );
  return file === undefined ? null : loadItTrouble(file.path, facts);
}

/** Files with a server block that Nginx does not load: those of sites first, then those in other places. */
function candidates({ files, available, strays, links }: NginxFacts): readonly ConfigurationFile[] {
  const loaded = new Set(files.map(({ path }) => path));
  for (const { path, target } of links) if (loaded.has(path)) loaded.add(target);
  const names = new Set([...loaded].map(baseName));
  return [
    ...available.filter(({ path }) => !names.has(baseName(path))),
    ...strays.filter(({ path }) => !loaded.has(path) && !/\.(?:py|md|mdx|txt|html)$/.test(path)),
  ];
}

/** What has to be done for a file to be loaded. */
function loadItTrouble(path: string, facts: NginxFacts): Trouble {
  const { files, links, service } = facts;
  const main = files.find((file) => file.path === MAIN);
  const includes = main === undefined ? null : includesOf(main);
  const isTaken = (place: string): boolean =>
    includes === null || includes.some(({ pattern }) => takes(pattern, place));
  const link = links.find(({ target }) => target === path)?.path;
  const place = link ?? path;
  const folder = place.slice(0, place.lastIndexOf('/'));
  const stem = baseName(path).replace(/\.(?:conf(?:ig)?|txt|nginx)$|[^\w.-]+$/g, '');
  // What is in the right folder can only have the wrong name, or no line that takes it.
  if (folder === CONF_D && isTaken(`${CONF_D}/x.conf`)) {
    const name = `${stem.replace(/\.conf$/, '')}.conf`;
    return trouble('server-block-misnamed', { path: place, wanted: `${CONF_D}/${name}`, service });
  }
  const isSite = folder === ENABLED || folder === AVAILABLE;
  if (main !== undefined && isSite && !isTaken(`${ENABLED}/x`)) {
    // Without any folder of sites of its own, Nginx takes what is in conf.d.
    if (folder === AVAILABLE && isTaken(`${CONF_D}/x.conf`) && !hadSites(main)) {
      return trouble('server-block-not-linked', {
        path,
        link: `${CONF_D}/${stem}.conf`,
        folder: CONF_D,
        service,
      });
    }
    return trouble('nginx-sites-not-included', {
      path: place,
      link: link === undefined && folder === AVAILABLE ? ENABLED : null,
      line: sitesLine(main),
      service,
    });
  }
  if (folder === CONF_D) {
    return trouble('nginx-sites-not-included', { path: place, link: null, line: null, service });
  }
  const sites = sitesFolder(facts) ?? ENABLED;
  if (isSite || /^\/var\/www\//.test(path)) {
    const own = sites === CONF_D && !path.endsWith('.conf') ? `${CONF_D}/${stem}.conf` : null;
    return trouble('server-block-not-linked', { path, link: own, folder: sites, service });
  }
  const wanted = sites === CONF_D ? `${CONF_D}/${stem}.conf` : `${AVAILABLE}/${stem}`;
  return trouble('server-block-misplaced', {
    path,
    wanted,
    link: sites === CONF_D ? null : ENABLED,
    service,
  });
}

/** The main file is one that has a line for the folder of sites, be it a comment. */
function hadSites(main: ConfigurationFile): boolean {
  return /sites-enabled/.test(main.text);
}

/** The line that should include the folder of sites: a comment, or misspelt; `null` when there is none. */
function sitesLine(main: ConfigurationFile): { readonly number: number; readonly text: string } | null {
  const lines = main.text.split('\n').map((line) => line.trim());
  const comment = lines.findIndex((line) => /^#.*\binclude\s+\S*sites-enabled/.test(line));
  if (comment >= 0) return { number: comment + 1, text: lines[comment] ?? '' };
  const near = closestLine(`include ${ENABLED}/*;`, lines, 6);
  return near === null || near.text.includes('conf.d') ? null : { number: near.line, text: near.text };
}

/** Nginx's main file where server blocks stand in it; `null` where sites have a folder of their own. */
function singleFile(facts: NginxFacts): ConfigurationFile | null {
  const main = facts.files.find(({ path }) => path === MAIN);
  return main === undefined || sitesFolder(facts) !== null ? null : main;
}

/** The folder into which sites are linked; `null` where server blocks stand in Nginx's main file. */
function sitesFolder({ files, blocks }: NginxFacts): string | null {
  const main = files.find(({ path }) => path === MAIN);
  if (main === undefined || hadSites(main)) return ENABLED;
  const ownBlock = blocks.some(({ file }) => file === main.path);
  return includesOf(main).some(({ pattern }) => takes(pattern, `${CONF_D}/x.conf`)) && !ownBlock
    ? CONF_D
    : null;
}
