/** For vitest, which runs two files with machines at a time. */
import { optimizeOnlyV86 } from './optimize-v86.ts';

optimizeOnlyV86();
