/**
 * All that the site keeps in a reader's browser, for the page for teachers. `e2e/journeys/privacy.spec.ts` looks into a
 * real browser for anything that is missing here.
 */

/** The kinds of storage that a browser has for a site. The site sets no cookies. */
export type Place =
  'localStorage' | 'sessionStorage' | 'IndexedDB' | 'private file system' | 'cache' | 'service worker';

/** Something that is kept. */
export interface Kept {
  /** A browser has one of these places for it, the first that works. */
  readonly places: readonly Place[];
  /** What it is called, or how its name begins. */
  readonly name: string;
  /** What follows the name, below the site's own path; absent when nothing does. */
  readonly below?: string;
  readonly what: string;
  readonly why: string;
  readonly remove: string;
}

const BROWSER = 'With the browser’s data of this site';
const SMALL = 'A choice outlasts the page';

export const INVENTORY: readonly Kept[] = [
  {
    places: ['localStorage'],
    name: 'typealong:progress ',
    below: '',
    what: 'The steps that are done, when each was done first, and the last chapter of each guide',
    why: 'Steps stay ticked, and an assignment knows how far it is',
    remove: BROWSER,
  },
  {
    places: ['localStorage'],
    name: 'typealong:progress',
    what: 'The same, as earlier versions of the site kept it',
    why: 'Progress from then counts',
    remove: BROWSER,
  },
  {
    places: ['IndexedDB'],
    name: 'typealong-events ',
    below: '',
    what: 'Record of what you did, with the terminals’ output, and the key that signs what is handed in. Of commands that are not the chapter’s only the first word, unless an assignment that you have opened asks for the chapter',
    why: 'The file that is handed in is made of it',
    remove:
      '“Delete”, on the page “Your machines”: the key goes with the last guide’s record. Recording goes on in chapters that are open',
  },
  {
    places: ['localStorage'],
    name: 'typealong:student ',
    below: '',
    what: 'What a student has entered for an assignment to be identified by',
    why: 'It need not be entered again',
    remove: BROWSER,
  },
  {
    places: ['localStorage'],
    name: 'typealong:assignments ',
    below: '',
    what: 'The last 20 assignments that were opened',
    why: 'Chapters show what is asked, by when',
    remove: '“Remove it from this browser”, on the assignment’s page',
  },
  {
    places: ['private file system', 'IndexedDB'],
    name: 'typealong-machines ',
    below: '',
    what: 'Each guide’s machine, with its memory, its disk and what its terminals show, and the copies of it',
    why: 'After a reload or a crash the reader goes on where they were',
    remove: '“Delete”, on the page “Your machines”',
  },
  {
    places: ['cache'],
    name: 'typealong-chunks-2 ',
    below: 'sandbox/',
    what: 'Parts of the machines as the site serves them, the same for every reader',
    why: 'A machine starts faster the next time',
    remove: BROWSER,
  },
  {
    places: ['cache'],
    name: 'typealong-chunks-1',
    what: 'The same, as earlier versions of the site kept it',
    why: 'None any more: it is removed when a machine has run for a while',
    remove: 'Removed by itself',
  },
  {
    places: ['service worker'],
    name: 'pane-worker.js',
    what: 'The program that leads the Browser tab’s requests to the machine. It keeps nothing itself',
    why: 'Pages of the machine can be shown',
    remove: BROWSER,
  },
  {
    places: ['localStorage'],
    name: 'typealong:theme',
    what: 'Light or dark colours',
    why: SMALL,
    remove: BROWSER,
  },
  {
    places: ['localStorage'],
    name: 'typealong:divider',
    what: 'Where the divider between text and machine stands',
    why: SMALL,
    remove: BROWSER,
  },
  {
    places: ['localStorage'],
    name: 'typealong:terminal-font-size',
    what: 'The size of the terminals’ letters',
    why: SMALL,
    remove: BROWSER,
  },
  {
    places: ['localStorage'],
    name: 'typealong:checks-folded',
    what: 'Whether the checks are folded',
    why: SMALL,
    remove: BROWSER,
  },
  {
    places: ['localStorage'],
    name: 'typealong:asked-to-keep',
    what: 'That the browser was asked once not to clear what it keeps here',
    why: 'It is not asked again',
    remove: BROWSER,
  },
];

/** What is known of something found in a browser; `undefined` when the inventory lacks it. `name`: as the browser tells it. */
export function keptUnder(place: Place, name: string): Kept | undefined {
  const plain = plainName(place, name);
  return INVENTORY.find((kept) => {
    if (!kept.places.includes(place)) return false;
    if (kept.below === undefined) return plain === kept.name;
    // Another copy of the site on this origin has another path.
    return plain.startsWith(`${kept.name}/`) && plain.endsWith(`/${kept.below}`);
  });
}

/** What it is called on the site at `base`, which ends with a slash. */
export function nameAt(base: string, { name, below }: Kept): string {
  return below === undefined ? name : `${name}${base}${below}`;
}

/** Folders have names without slashes (`open-files.ts`); a service worker has its whole address. */
function plainName(place: Place, name: string): string {
  if (place === 'private file system') return decoded(name);
  return place === 'service worker' ? (name.split('/').at(-1) ?? name) : name;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // Not one of ours.
  }
}
