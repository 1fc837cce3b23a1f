/**
 * The table-driven test of a guide: each mistake is made on a real machine after the whole guide, recognised by
 * its cause, and mended by following the advice to the letter.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../site/checks/model.ts';
import { GUIDES } from './guides.ts';
import { EVERYTHING } from '../../scripts/sample.ts';
import { chosenTurns } from './chosen-turns.ts';
import { commandsOf, type GuideMachine } from './machine.ts';

/** After which guide the mistakes are made that readers of several can make, when not everything is tested. */
const EXAMPLE = {
  notEnabled: 'centos-7-wsgi',
  epelMissing: 'centos-7-flask',
  folderDeleted: 'ubuntu-16.04-flask',
};

/** Whether a mistake is made after a guide. */
function isMade(mistake: keyof typeof EXAMPLE, { guide }: GuideMachine): boolean {
  return EVERYTHING || guide.slug === EXAMPLE[mistake];
}

/**
 * How long a check may take to hold, milliseconds. It waits by itself for what has just been started; on a busy
 * computer an application may take longer than that to load.
 */
const SETTLE_MS = 180_000;

/** The check holds, if not at once, then soon. */
export async function expectToHold(machine: GuideMachine, check: Check): Promise<void> {
  await expect
    .poll(() => machine.check(check), { timeout: SETTLE_MS, interval: 500 })
    .toMatchObject({ status: 'pass' });
}

/** The last chapter's check of the whole chain. */
export function wholeChain(machine: GuideMachine): Check {
  return machine.declared('http', ({ servedBy }) => servedBy === 'nginx+uwsgi');
}

/** What differs in a guide whose wrong turns are not made at its end. */
export interface Circumstances {
  /** The snapshot on which they are made; default `end`. */
  readonly snapshot?: string;
  /** The check of the whole chain on that snapshot. */
  readonly chain?: (machine: GuideMachine) => Check;
  /** What serves the application, as a check names it; default the unit. */
  readonly server?: string;
}

/** Declares the tests of a guide whose application runs in `unit`: of a sample of its wrong turns, or of all. */
export function testWrongTurns(
  machine: GuideMachine,
  unit: string,
  { snapshot = 'end', chain = wholeChain, server = unit }: Circumstances = {},
): void {
  const { slug } = machine.guide;
  beforeAll(() => machine.restore(snapshot));
  afterAll(() => machine.powerOff());
  afterEach(async ({ task }) => {
    // A mistake that was not mended must not spoil the next test.
    if (task.result?.state === 'fail') await machine.restore(snapshot);
  });

  it('passes after the whole guide', async () => {
    expect(await machine.check(chain(machine))).toMatchObject({
      status: 'pass',
      found: expect.stringMatching(new RegExp(`worker \\d+ of ${server}`)) as unknown,
    });
  });

  it.runIf(snapshot === 'end')('every file is as the last chapter that speaks of it wants it', async () => {
    const results = [];
    for (const check of machine.fileChecks) results.push(await machine.check(check));
    expect(results.length).toBeGreaterThan(0);
    expect(results.filter(({ status }) => status !== 'pass')).toEqual([]);
  });

  describe('a wrong turn', () => {
    it.for(Object.entries(chosenTurns(GUIDES, slug, EVERYTHING)))(
      '%s',
      async ([, { cause, edits = [], run, fails, found, check, at }]) => {
        const declared = check?.(machine) ?? chain(machine);
        if (at !== undefined) await machine.restore(at);
        // On a machine that is well: the check that ended the last turn may know nothing of uWSGI still starting, and
        // a uWSGI that is told to end while it starts may not hear it.
        else await expectToHold(machine, chain(machine));
        // systemd refuses to start a unit more than five times in ten seconds; readers are slower than tests.
        await machine.run(`systemctl reset-failed nginx ${unit}${at === undefined ? '' : '; true'}`);
        const undo: (() => Promise<void>)[] = [];
        for (const edit of edits) undo.push(await machine.edit(...edit));
        if (fails === true) {
          await expect(machine.run(run), `${run} should have failed`).rejects.toThrow();
        } else {
          await machine.run(run);
        }

        const result = await machine.check(declared);
        expect(result, JSON.stringify(result)).toMatchObject({ status: 'fail', cause });
        if (result.status !== 'fail') return;
        expect(result.found).toMatch(found);

        for (const takeBack of undo.reverse()) await takeBack();
        for (const command of commandsOf(result.advice)) await machine.run(command, { asReader: true });
        await expectToHold(machine, declared);
        if (at !== undefined) await machine.restore(snapshot);
      },
    );
  });
}

/** Declares the test of a unit that was started and never enabled: all is well until the machine restarts. */
export function testNotEnabled(machine: GuideMachine, unit: string): void {
  it.runIf(isMade('notEnabled', machine))(
    'the unit was started but not enabled, and the machine restarts',
    async () => {
      await machine.restore('end');
      await machine.run(`systemctl disable ${unit}`);
      await expectToHold(machine, wholeChain(machine));

      await machine.reboot();
      const result = await machine.check(wholeChain(machine));
      expect(result, JSON.stringify(result)).toMatchObject({ status: 'fail', cause: 'uwsgi-not-started' });
      if (result.status !== 'fail') return;
      expect(result.found).toMatch(/has not been started since this machine came up/);

      for (const command of commandsOf(result.advice)) await machine.run(command, { asReader: true });
      // A uWSGI that is told to end while it still starts may not hear it, and systemd waits for it for long.
      await expectToHold(machine, wholeChain(machine));
      await machine.reboot();
      await expectToHold(machine, wholeChain(machine));
    },
  );
}

/** Declares the test of a package that is asked for before EPEL is set up: at the guide's very beginning. */
export function testEpelMissing(machine: GuideMachine): void {
  it.runIf(isMade('epelMissing', machine))(
    'a package of EPEL is asked for before EPEL is set up',
    async () => {
      const nginx = { kind: 'package', manager: 'rpm', name: 'nginx' } as const;
      await machine.restore(machine.guide.chapters[0]?.slug ?? 'base');
      expect(await machine.run('yum -y install nginx; true')).toMatch(/No match for argument: nginx/);

      const result = await machine.check(nginx);
      expect(result, JSON.stringify(result)).toMatchObject({ status: 'fail', cause: 'epel-not-enabled' });
      if (result.status !== 'fail') return;
      for (const command of commandsOf(result.advice)) await machine.run(command, { asReader: true });
      await expectToHold(machine, nginx);
      await machine.restore('end');
    },
  );
}

/** Declares the test of a reader who deletes Nginx's whole configuration. */
export function testNginxFolderDeleted(machine: GuideMachine): void {
  it.runIf(isMade('folderDeleted', machine))('the whole of /etc/nginx is deleted', async () => {
    const config = { kind: 'nginx-config' } as const;
    const block = machine.declared('file', ({ path }) => path.startsWith('/etc/nginx/'));
    await machine.restore('end');
    await machine.run('rm -rf /etc/nginx');
    expect(await machine.check(block)).toMatchObject({ status: 'fail', cause: 'nginx-folder-missing' });

    const result = await machine.check(config);
    expect(result, JSON.stringify(result)).toMatchObject({
      status: 'fail',
      cause: 'nginx-main-file-missing',
    });
    if (result.status !== 'fail') return;
    for (const command of commandsOf(result.advice)) await machine.run(command, { asReader: true });
    await expectToHold(machine, config);
    await machine.restore('end');
  });
}
