/** Where the divider between the text and the workspace stands: the share of the text, from 0 to 1. */

export interface DividerRoom {
  /** Width of both halves and the divider, in CSS pixels. */
  readonly widthPx: number;
  /** Least width of the text and of the workspace, in CSS pixels. */
  readonly minTextPx: number;
  readonly minWorkspacePx: number;
}

/** How far an arrow key moves it. */
const KEY_STEP = 0.02;
const BIG_KEY_STEP = 0.1;

/** The share nearest to `share` that leaves both halves their least width; the middle when there is no room. */
export function clampShare(share: number, { widthPx, minTextPx, minWorkspacePx }: DividerRoom): number {
  const least = minTextPx / widthPx;
  const most = 1 - minWorkspacePx / widthPx;
  if (!(least <= most)) return 0.5;
  return Math.min(most, Math.max(least, share));
}

/** What a key does to the divider, or `null` when it does nothing. */
export function shareAfterKey(key: string, share: number, room: DividerRoom): number | null {
  const moves: Readonly<Record<string, number>> = {
    ArrowLeft: share - KEY_STEP,
    ArrowRight: share + KEY_STEP,
    PageUp: share - BIG_KEY_STEP,
    PageDown: share + BIG_KEY_STEP,
    Home: 0,
    End: 1,
  };
  const moved = moves[key];
  return moved === undefined ? null : clampShare(moved, room);
}

/** A remembered share, or `null` when what was kept is none. */
export function parseShare(text: string | null): number | null {
  const share = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return share > 0 && share < 1 ? share : null;
}
