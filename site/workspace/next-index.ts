/** Moving the focus within a list with the keys, as the ARIA guide describes it for tabs and menus. */

/** The keys of a list that lies (tabs) or stands (menus). */
export interface ListKeys {
  readonly previous: 'ArrowLeft' | 'ArrowUp';
  readonly next: 'ArrowRight' | 'ArrowDown';
}

/** The index to which a key moves from `index` (-1: from outside the list); `null` for other keys, and in an empty list. */
export function nextIndex(
  key: string,
  { previous, next }: ListKeys,
  index: number,
  count: number,
): number | null {
  if (count === 0) return null;
  switch (key) {
    case next:
      return (index + 1) % count;
    case previous:
      return index <= 0 ? count - 1 : index - 1;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
