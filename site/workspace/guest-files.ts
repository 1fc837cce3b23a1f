/** Listings of the chapter and the machine's own copies of them. */
import { diffLines } from 'diff';
import { applyListing, compareListing, trimLineEnds } from '../chapter/listing.ts';
import type { FileAction } from '../chapter/model.ts';
import type { GuestAgent } from '../sandbox/types.ts';

/** A line of a comparison: in both, only in the machine's copy, or only in the listing. */
export interface ComparedLine {
  readonly where: 'both' | 'machine' | 'listing';
  readonly text: string;
}

export type Comparison =
  | { readonly result: 'same' }
  | { readonly result: 'missing' }
  | { readonly result: 'different'; readonly lines: readonly ComparedLine[] };

/** Compares what the machine has (`null`: no such file) with a listing, by the rule of `compareListing`. */
export function compareWithListing(copy: string | null, listing: FileAction): Comparison {
  if (copy === null) return { result: 'missing' };
  if (compareListing(copy, listing) === 'same') return { result: 'same' };
  const lines = diffLines(trimLineEnds(copy), trimLineEnds(wantedText(copy, listing))).flatMap(
    (part): ComparedLine[] => {
      const where = part.added ? 'listing' : part.removed ? 'machine' : 'both';
      return part.value
        .replace(/\n$/, '')
        .split('\n')
        .map((text) => ({ where, text }));
    },
  );
  return { result: 'different', lines };
}

/** How many of a file's listings, in order, the machine's copy has reached. */
export function reachedListings(copy: string | null, listings: readonly FileAction[]): number {
  return listings.findLastIndex((listing) => compareListing(copy, listing) === 'same') + 1;
}

/** Writes a listing into the machine, as its editor would have: a new file belongs to whom the editor ran as. */
export async function writeListing(agent: GuestAgent, listing: FileAction, login: string): Promise<void> {
  const copy = listing.place === undefined ? null : await agent.readFile(listing.path);
  await agent.writeFile(listing.path, applyListing(copy, listing), {
    owner: listing.asRoot ? 'root:root' : `${login}:${login}`,
    mode: 0o644,
  });
}

function wantedText(copy: string, listing: FileAction): string {
  try {
    return applyListing(copy, listing);
  } catch {
    return listing.content; // The line at which the part belongs is not there: show the part itself.
  }
}
