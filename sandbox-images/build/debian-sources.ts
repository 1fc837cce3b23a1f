/** The maintainer's own Debian mirrors: images are built from wherever this machine gets its packages. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** One suite of one Debian mirror. */
export interface DebianSource {
  readonly uri: string;
  /** For instance `bookworm-security`. */
  readonly suite: string;
  /** Path of the key ring that signs it. */
  readonly signedBy: string;
}

const RELEASE = 'bookworm';
const DEBIAN_KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** All suites of Debian 12 in apt's configuration below `directory`, the release itself first. Throws if there is none. */
export async function readDebianSources(directory = '/etc/apt'): Promise<DebianSource[]> {
  const parts = path.join(directory, 'sources.list.d');
  const names = await readdir(parts).catch(() => []);
  const files = [path.join(directory, 'sources.list'), ...names.sort().map((name) => path.join(parts, name))];
  const found: DebianSource[] = [];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (file.endsWith('.sources')) found.push(...readStanzas(text));
    if (file.endsWith('.list')) found.push(...readLines(text));
  }
  found.sort((a, b) => a.suite.length - b.suite.length);
  const unique = found.filter(
    (source, at) => found.findIndex((other) => other.suite === source.suite) === at,
  );
  if (unique[0]?.suite !== RELEASE)
    throw new Error(
      `${directory} names no Debian 12 (${RELEASE}) mirror. Images are built from Debian 12's packages: ` +
        `add Debian's sources to ${directory}/sources.list.d/debian.sources and run apt-get update.`,
    );
  return unique;
}

/** The deb822 format: stanzas of `Key: value`. */
function readStanzas(text: string): DebianSource[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    for (const line of stanza.split('\n')) {
      const field = /^([A-Za-z-]+):\s*(.*?)\s*$/.exec(line);
      if (field?.[1] !== undefined && field[2] !== undefined) fields.set(field[1].toLowerCase(), field[2]);
    }
    if (fields.get('enabled') === 'no') return [];
    return sourcesOf({
      types: fields.get('types') ?? '',
      uris: fields.get('uris') ?? '',
      suites: fields.get('suites') ?? '',
      components: fields.get('components') ?? '',
      signedBy: fields.get('signed-by') ?? '',
    });
  });
}

/** The old format: `deb [options] uri suite component …`. */
function readLines(text: string): DebianSource[] {
  return text.split('\n').flatMap((line) => {
    const parts = /^\s*(deb)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line);
    if (!parts) return [];
    const [, types = '', options = '', uris = '', suites = '', components = ''] = parts;
    return sourcesOf({
      types,
      uris,
      suites,
      components,
      signedBy: /signed-by=(\S+)/.exec(options)?.[1] ?? '',
    });
  });
}

function sourcesOf(
  fields: Record<'types' | 'uris' | 'suites' | 'components' | 'signedBy', string>,
): DebianSource[] {
  const uri = words(fields.uris)[0];
  if (uri === undefined || !words(fields.types).includes('deb') || !words(fields.components).includes('main'))
    return [];
  const signedBy = fields.signedBy.startsWith('/') ? fields.signedBy : DEBIAN_KEYS;
  return words(fields.suites)
    .filter((suite) => [RELEASE, `${RELEASE}-updates`, `${RELEASE}-security`].includes(suite))
    .map((suite) => ({ uri, suite, signedBy }));
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** The source as apt reads it (deb822). */
export function formatSource(source: DebianSource, types: 'deb' | 'deb deb-src'): string {
  return [
    `Types: ${types}`,
    `URIs: ${source.uri}`,
    `Suites: ${source.suite}`,
    'Components: main',
    `Signed-By: ${source.signedBy}`,
    '',
  ].join('\n');
}
