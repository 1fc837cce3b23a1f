/** What a click on a link does to the machine: addresses and keys, no page. */

/** The parts of a link and of a click on it that matter. */
export interface ClickedLink {
  readonly href: string;
  readonly target: string;
  readonly isDownload: boolean;
  /** A link to a chapter of this guide, which can be shown without leaving the page. */
  readonly isChapter: boolean;
}

export interface LinkClick {
  readonly button: number;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly defaultPrevented: boolean;
}

/**
 * `chapter`: shown with the same machine. `leave`: the page goes, and the machine with it. `browser`: neither; the
 * browser opens another tab, saves a file, or moves within the page.
 */
export type LinkFate = 'chapter' | 'leave' | 'browser';

/** What follows from a click on a link of the page at `here`, an absolute URL. */
export function fateOf(link: ClickedLink, click: LinkClick, here: string): LinkFate {
  if (click.defaultPrevented || click.button !== 0) return 'browser';
  if (click.ctrlKey || click.metaKey || click.shiftKey || click.altKey) return 'browser';
  if ((link.target !== '' && link.target !== '_self') || link.isDownload) return 'browser';
  if (!URL.canParse(link.href, here)) return 'browser';
  const to = new URL(link.href, here);
  if (to.protocol !== 'http:' && to.protocol !== 'https:') return 'browser';
  if (link.isChapter) return 'chapter';
  return pageOf(to) === pageOf(new URL(here)) && to.hash !== '' ? 'browser' : 'leave';
}

/** The id that the end of an address names; `''` when it names none. An escape that makes no sense is taken as it is. */
export function fragmentOf(url: string, here: string): string {
  const fragment = new URL(url, here).hash.slice(1);
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function pageOf({ origin, pathname, search }: URL): string {
  return origin + pathname + search;
}
