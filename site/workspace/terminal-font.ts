/** The size of the terminals' letters, which the reader can choose; remembered. */
import { keep, readKept } from './kept.ts';

const KEY = 'typealong:terminal-font-size';
const SMALLEST_PX = 10;
const LARGEST_PX = 24;

const listeners = new Set<(px: number) => void>();

/** The size that was chosen, or one that suits the screen, in CSS pixels. */
export function fontSize(): number {
  return parseFontSize(readKept(KEY)) ?? (matchMedia('(max-width: 30rem)').matches ? 12 : 14);
}

/** Makes the letters of all terminals larger (`1`) or smaller (`-1`). */
export function changeFontSize(step: 1 | -1): void {
  const px = clampFontSize(fontSize() + step);
  keep(KEY, String(px));
  for (const listener of listeners) listener(px);
}

/** Calls `listener` when another size is chosen. Returns an unsubscribe function. */
export function onFontSize(listener: (px: number) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function clampFontSize(px: number): number {
  return Math.min(LARGEST_PX, Math.max(SMALLEST_PX, Math.round(px)));
}

/** A remembered size, or `null` when what was kept is none. */
export function parseFontSize(text: string | null): number | null {
  const px = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(px) && px > 0 ? clampFontSize(px) : null;
}
