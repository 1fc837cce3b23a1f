/** Finds a package's Debian copyright file and reads the names of the licences from it. */
import { readFile, readlink } from 'node:fs/promises';
import path from 'node:path';

const MACHINE_READABLE = /^Format:\s*\S*copyright-format/im;

/** The licences of a package of Debian's whose copyright file is in one of `trees`; `other` when in none. */
export async function licencesOf(debian: string, trees: readonly string[]): Promise<string[]> {
  for (const tree of trees) {
    const documents = path.join(tree, 'usr/share/doc');
    // A link stands for the documents of another package, which may be in another tree.
    const target = path.basename(await readlink(path.join(documents, debian)).catch(() => debian));
    for (const place of [tree, ...trees]) {
      const file = path.join(place, 'usr/share/doc', target, 'copyright');
      const text = await readFile(file, 'utf8').catch(() => null);
      if (text !== null) return readLicences(text);
    }
  }
  return ['other'];
}

/**
 * Licences as the file names them, for instance `GPL-2+`, sorted, each once. Files in the machine-readable
 * form (DEP 5) say them in fields; of others, the licences that Debian keeps in
 * /usr/share/common-licenses and a few well-known sentences are recognised. Never empty: a file in which
 * nothing is recognised gives `other`.
 */
export function readLicences(copyright: string): string[] {
  const found = MACHINE_READABLE.test(copyright) ? fieldsOf(copyright) : phrasesOf(copyright);
  const names = [...new Set(found)].sort();
  return names.length > 0 ? names : phrasesOf(copyright).concat('other').slice(0, 1);
}

/** The short names in `License:` fields; `A and B`, `A or B` are two. */
function fieldsOf(copyright: string): string[] {
  return [...copyright.matchAll(/^License:[ \t]*(\S.*)$/gim)].flatMap(([, line = '']) =>
    line
      .split(/,?\s+(?:and\/or|and|or)\s+|,\s+|\s*\|\s*/i)
      .map((name) => name.trim().replace(/^\(|\)$/g, ''))
      .filter((name) => name !== '' && name.length < 60),
  );
}

const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/GNU Lesser General Public License/i, 'LGPL'],
  [/GNU (?:Library|Lesser) (?:General )?Public License/i, 'LGPL'],
  [/GNU General Public License/i, 'GPL'],
  [/Apache License/i, 'Apache-2.0'],
  [/Mozilla Public License/i, 'MPL'],
  [/Python Software Foundation/i, 'PSF'],
  [/Permission is hereby granted, free of charge/i, 'MIT'],
  [/Redistribution and use in source and binary forms/i, 'BSD'],
  [/Permission to use, copy, modify,? and(?:\/or)? distribute/i, 'ISC'],
  [/\bpublic domain\b/i, 'public-domain'],
  [/\bOpenSSL\b.*licen[cs]e/i, 'OpenSSL'],
  [/Artistic Licen[cs]e/i, 'Artistic'],
  [/\bzlib\b/i, 'Zlib'],
  [/Vim Licen[cs]e/i, 'Vim'],
  [/Info-ZIP/i, 'Info-ZIP'],
];

function phrasesOf(copyright: string): string[] {
  const common = [
    ...copyright.matchAll(/\/usr\/share\/common-licenses\/([A-Za-z]+(?:-\d+(?:\.\d+)*)?)/g),
  ].map(([, name = '']) => name);
  const told = PHRASES.filter(([phrase]) => phrase.test(copyright)).map(([, name]) => name);
  // "GPL" says no more where "GPL-2" is there as well.
  return [...new Set([...common, ...told])].filter(
    (name, _at, all) => !all.some((other) => other !== name && other.startsWith(`${name}-`)),
  );
}
