/**
 * The names of a machine's files:
 *
 * ```
 * <key>/claim-<epoch>-<token>              an owner; empty
 * <key>/manifest-<epoch>-<token>-<number>  a save
 * <key>/segment-<epoch>-<token>-<number>   pages and blocks
 * ```
 *
 * Each carries its owner, so what an owner writes never lies over a file of another, whatever each believes. No name
 * is used twice.
 */
import { internalError } from './save-error.ts';

/** Who may save. A later owner has the greater epoch; of two that claimed at once, the greater token is the owner. */
export interface Owner {
  /** From 1. */
  readonly epoch: number;
  /** 8 hexadecimal digits, at random. */
  readonly token: string;
}

export interface FileName extends Owner {
  readonly kind: 'claim' | 'manifest' | 'segment';
  /** Of saves and segments, from 1; 0 of a claim. */
  readonly number: number;
  /** As the file is called below its key. */
  readonly leaf: string;
}

const KEY = /^[a-z0-9][a-z0-9._~-]{0,99}$/;
const LEAF = /^(claim|manifest|segment)-(\d{1,15})-([0-9a-f]{8})(?:-(\d{1,15}))?$/;

/** Throws `internal` when `key` cannot name a machine: lower-case letters, digits and `.`, `_`, `~`, `-`, up to 100. */
export function checkKey(key: string): void {
  if (!KEY.test(key)) throw internalError(`not a key of a machine: ${key}`);
}

/** The key of a file's name: what stands before its first slash. */
export function keyOf(name: string): string {
  return name.split('/', 1)[0] ?? name;
}

export function newToken(): string {
  return [...crypto.getRandomValues(new Uint8Array(4))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

export function leafName(kind: FileName['kind'], { epoch, token }: Owner, number = 0): string {
  return kind === 'claim' ? `claim-${epoch}-${token}` : `${kind}-${epoch}-${token}-${number}`;
}

/** A file's name below its key, taken apart; `null` when it is none of these. */
export function parseLeaf(leaf: string): FileName | null {
  const [, kind, epoch, token, number] = LEAF.exec(leaf) ?? [];
  if (epoch === undefined || token === undefined) return null;
  if (kind === 'claim' ? number !== undefined : number === undefined) return null;
  if (kind !== 'claim' && kind !== 'manifest' && kind !== 'segment') return null;
  return { kind, epoch: Number(epoch), token, number: Number(number ?? 0), leaf };
}

/** Below zero when the first owner is the earlier one. */
export function compareOwners(one: Owner, other: Owner): number {
  if (one.epoch !== other.epoch) return one.epoch - other.epoch;
  return one.token === other.token ? 0 : one.token < other.token ? -1 : 1;
}

/** Below zero when the first is the earlier save. */
export function compareSaves(one: FileName, other: FileName): number {
  return compareOwners(one, other) || one.number - other.number;
}
