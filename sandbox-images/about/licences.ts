/** Reads the names of a package's licences from its Debian copyright file. */

const MACHINE_READABLE = /^Format:\s*\S*copyright-format/im;

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
