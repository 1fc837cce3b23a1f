/** Which students the table shows, and in which order. */
import { sameText } from '../../shown-text.ts';
import type { StudentRow } from './model.ts';

export const FILTERS = ['late', 'stuck', 'noticed'] as const;
export type Filter = (typeof FILTERS)[number];

export interface Shown {
  /** Of the name, of what was entered, or of the file. */
  readonly text: string;
  /** All of these must be true of a student. */
  readonly only: ReadonlySet<Filter>;
  readonly isDescending: boolean;
}

/** What a column is sorted by; `null` comes last in either order. */
export type SortValue = string | number | null;

const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

export function shownRows(
  rows: readonly StudentRow[],
  { text, only, isDescending }: Shown,
  valueOf: (row: StudentRow) => SortValue,
): readonly StudentRow[] {
  const wanted = sameText(text);
  return rows
    .filter((row) => [...only].every((filter) => isTrue(filter, row)))
    .filter(({ name, entered, file, person }) =>
      [name, entered, file.name, person?.name ?? ''].some((own) => sameText(own).includes(wanted)),
    )
    .map((row) => ({ row, value: valueOf(row) }))
    .toSorted((one, other) => {
      const order = compare(one.value, other.value);
      if (order !== 0 && one.value !== null && other.value !== null) return isDescending ? -order : order;
      return order || COLLATOR.compare(one.row.name, other.row.name);
    })
    .map(({ row }) => row);
}

function isTrue(filter: Filter, { late, stuck, findings }: StudentRow): boolean {
  if (filter === 'late') return late > 0;
  return filter === 'stuck' ? stuck !== null && stuck.attempts > 0 : findings.length > 0;
}

function compare(one: SortValue, other: SortValue): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return typeof one === 'number' && typeof other === 'number'
    ? one - other
    : COLLATOR.compare(String(one), String(other));
}
