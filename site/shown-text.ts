/** Text out of a student's file as it is shown: it cannot reach beyond its own place, or pose as another. */

/** Invisible, but letters of some scripts are joined or parted by them. */
const JOINERS = /[\u200c\u200d]/gu;

/** One line of at most `most` UTF-16 units without what is invisible, and without towers of accents. */
export function shownText(text: string, most = 120): string {
  const visible = text
    .normalize('NFC')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Surrogate}]/gu, '')
    .replaceAll(/(\p{M}{4})\p{M}+/gu, '$1')
    .replaceAll(/ +/g, ' ')
    .trim();
  // Half of a pair of surrogates may be left at the end.
  return visible.length <= most ? visible : `${visible.slice(0, most).replace(/\p{Surrogate}$/u, '')}…`;
}

/** Two texts that look alike to whoever typed them have the same key. */
export function sameText(text: string): string {
  return shownText(text.normalize('NFKC')).replaceAll(JOINERS, '').toLowerCase();
}
