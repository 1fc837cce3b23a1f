/** How V8 compiles v86, and what v86 translates, in Node. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { ROOT } from './project.ts';

/** Held for as long as the process lives: V8 takes it when the same bytes are compiled again, in any thread. */
let optimized: WebAssembly.Module | undefined;

/**
 * For processes that share the processor with other machines: V8 optimizes v86 itself, once and at once (a second),
 * and nothing that v86 translates from then on. That runs too shortly to be worth the second core, which another
 * machine puts to better use. A machine that is alone is faster with V8 as it is. Call it before the first machine.
 */
export function optimizeOnlyV86(): void {
  if (optimized) return;
  const wasm = readFileSync(join(ROOT, 'node_modules', 'v86', 'build', 'v86.wasm'));
  setFlags('--no-liftoff', '--no-wasm-dynamic-tiering', '--no-wasm-lazy-compilation');
  optimized = new WebAssembly.Module(wasm);
  setFlags('--liftoff', '--liftoff-only', '--no-wasm-tier-up', '--wasm-lazy-compilation');
}

function setFlags(...flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
