import { expect, test } from 'vitest';
import { exampleChapter, exampleCommand } from '../chapter/model-examples.ts';
import type { Chapter } from '../chapter/model.ts';
import type { ExecResult, GuestAgent } from '../sandbox/types.ts';
import { programsOf, WarmUp } from './warm-up.ts';

const chapterOf = (...commands: readonly string[]): Chapter =>
  exampleChapter(commands.map((command) => exampleCommand(command)));

/** An agent that can only run programs, and what it was asked to run. Signals are sent at once. */
function agentThat(load: () => Promise<ExecResult>): { agent: GuestAgent; asked: string[] } {
  const asked: string[] = [];
  const agent = {
    exec: ([, , , name = '', , ...programs]: readonly string[]) => {
      const isSignal = name.startsWith('-');
      asked.push(isSignal ? name : programs.join(' '));
      return isSignal ? ended(0)() : load();
    },
  } as GuestAgent;
  return { agent, asked };
}

/** A program that runs until the test ends it. */
function running(): { load: () => Promise<ExecResult>; end: () => void } {
  let end = (): void => {};
  const result = new Promise<ExecResult>((resolve) => {
    end = () => resolve({ code: 0, stdout: '', stderr: '' });
  });
  return { load: () => result, end: () => end() };
}

const ended = (code: number) => () => Promise.resolve({ code, stdout: '', stderr: '' });

test('programs are the first words of commands, behind sudo, each once', () => {
  const chapter = chapterOf(
    'sudo pip install virtualenv',
    'pip install flask',
    'ls',
    '~/env/bin/uwsgi --ini x',
  );
  expect(programsOf(chapter)).toEqual(['pip', 'ls']);
});

test('a program is loaded once in a machine, and again in a new one', async () => {
  const { agent, asked } = agentThat(ended(0));
  const warmUp = new WarmUp();
  expect(await warmUp.run(agent, chapterOf('yum info nginx', 'pip list'))).toBe(true);
  expect(await warmUp.run(agent, chapterOf('pip list', 'nano x'))).toBe(true);
  expect(await warmUp.run(agent, chapterOf('pip list'))).toBe(true);
  await new WarmUp().run(agent, chapterOf('pip list'));
  expect(asked).toEqual(['yum pip', 'nano', 'pip']);
});

test('it rests while a command runs, and goes on at the prompt', async () => {
  const { load, end } = running();
  const { agent, asked } = agentThat(load);
  const warmUp = new WarmUp();
  const chapter = chapterOf('pip list');
  warmUp.rest(agent);
  const outcome = warmUp.run(agent, chapter);
  warmUp.rest(agent);
  warmUp.rest(agent);
  void warmUp.run(agent, chapter);
  void warmUp.run(agent, chapter);
  await expect.poll(() => asked).toEqual(['pip', '-STOP', '-CONT']);
  end();
  expect(await outcome).toBe(true);
  warmUp.rest(agent);
  expect(await warmUp.run(agent, chapter)).toBe(true);
  expect(asked).toHaveLength(3);
});

test('what an old machine still loads is nothing to a new one', async () => {
  const { load, end } = running();
  const { agent, asked } = agentThat(load);
  const chapter = chapterOf('pip list');
  void new WarmUp().run(agent, chapter);
  const next = running();
  const warmUp = new WarmUp();
  const outcome = warmUp.run(agentThat(next.load).agent, chapter);
  end();
  // The new machine's own is still under way.
  warmUp.rest(agent);
  await expect.poll(() => asked).toEqual(['pip', '-STOP']);
  next.end();
  expect(await outcome).toBe(true);
});

test('that it came to nothing is told, never thrown', async () => {
  expect(await new WarmUp().run(agentThat(ended(-1)).agent, chapterOf('pip list'))).toBe(false);
  const off = agentThat(() => Promise.reject(new Error('The machine is off.')));
  expect(await new WarmUp().run(off.agent, chapterOf('pip list'))).toBe(false);
});
