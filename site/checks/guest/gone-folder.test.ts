import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { shellGuest } from '../testing/scripted-guest.ts';
import { askGone, parseGone, type GoneFolder } from './gone-folder.ts';
import { survey } from './survey.ts';

let home = '';
let project = '';

/** An environment of the project, made at its path. */
function makeEnvironment(name: string): void {
  mkdirSync(`${project}/${name}/bin`, { recursive: true });
  const path = `${project}/${name}`;
  writeFileSync(
    `${path}/bin/activate`,
    `deactivate () {\n    unset VIRTUAL_ENV\n}\nVIRTUAL_ENV='${path}'\nif ([ "$OSTYPE" = "cygwin" ]); then\n    VIRTUAL_ENV=$(cygpath -u "$VIRTUAL_ENV")\nfi\n`,
  );
}

async function look(path = `${project}/myprojectenv/bin`): Promise<GoneFolder | null> {
  const { gone } = await survey(shellGuest(home), { gone: askGone(path) });
  return parseGone(gone.output, home);
}

beforeEach(() => {
  home = mkdtempSync(`${tmpdir()}/gone-`);
  project = `${home}/my project`;
  makeEnvironment('myprojectenv');
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

it('says nothing of what is there', async () => {
  expect(await look()).toBeNull();
});

it('finds a project that was renamed, or moved', async () => {
  for (const now of [`${home}/project2`, `${home}/projects/mine`]) {
    mkdirSync(`${home}/projects`, { recursive: true });
    renameSync(project, now);
    expect(await look()).toEqual({ path: project, now, needsSudo: false });
    renameSync(now, project);
  }
});

it('finds an environment that was renamed', async () => {
  renameSync(`${project}/myprojectenv`, `${project}/env`);
  expect(await look()).toEqual({ path: `${project}/myprojectenv`, now: `${project}/env`, needsSudo: false });
});

it('takes no other environment for the one that is gone', async () => {
  expect(await look(`${home}/my_project/myprojectenv/bin`)).toEqual({
    path: `${home}/my_project`,
    now: null,
    needsSudo: false,
  });
  makeEnvironment('other');
  rmSync(`${project}/myprojectenv`, { recursive: true });
  expect(await look()).toHaveProperty('now', null);
});

it('does not choose between two', async () => {
  renameSync(project, `${home}/one`);
  makeEnvironment('myprojectenv');
  renameSync(project, `${home}/two`);
  expect(await look()).toEqual({ path: project, now: null, needsSudo: false });
});
