import { expect, it } from 'vitest';
import { unitShown } from '../testing/healthy-guest.ts';
import { parseUnitFacts } from './unit-facts.ts';

const STARTED = 1795230000;

it.for([
  ['was started', { ActiveEnterTimestamp: '@1795230000' }, STARTED],
  // `Type=notify`: the files were read before the unit counted as active.
  [
    'took its time to start',
    { ActiveEnterTimestamp: '@1795230009', StateChangeTimestamp: '@1795230009' },
    STARTED,
  ],
  [
    'was reloaded',
    { ActiveEnterTimestamp: '@1795230009', StateChangeTimestamp: '@1795230500' },
    STARTED + 500,
  ],
  [
    'has ended',
    { ActiveState: 'failed', ActiveEnterTimestamp: '@1795230009', StateChangeTimestamp: '@1795230500' },
    STARTED,
  ],
  ['was never started', { ActiveState: 'inactive', ExecMainStartTimestamp: '' }, 0],
] as const)('knows when uWSGI has read its files, when the unit %s', ([, changes, loadedAt]) => {
  expect(parseUnitFacts(unitShown(changes), 'myproject.service').loadedAt).toBe(loadedAt);
});
