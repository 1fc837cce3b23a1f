import { expect, test } from 'vitest';
import type { Chapter, CommandAction } from '../chapter/model.ts';
import type { ExecResult, GuestAgent } from '../sandbox/types.ts';
import { programsOf, WarmUp } from './warm-up.ts';

function chapterOf(...commands: readonly string[]): Chapter {
  const actions = commands.map((command, index): CommandAction => ({
    kind: 'command',
    id: `step/${index + 1}`,
    line: 1,
    command,
    output: '',
    terminal: 1,
    exit: 0,
    alternative: false,
    reboots: false,
  }));
  return {
    guide: 'guide',
    slug: 'chapter',
    number: 1,
    title: 'Chapter',
    summary: '',
    minutes: 1,
    file: 'chapter.mdx',
    steps: [{ id: 'step', title: 'Step', actions, checks: [] }],
  };
}

/** An agent that can only run programs, and what it was asked to run. */
function agentThat(answer: () => Promise<ExecResult>): { agent: GuestAgent; asked: string[] } {
  const asked: string[] = [];
  const agent = {
    exec: (argv: readonly string[]) => {
      asked.push(argv.slice(1).join(' '));
      return answer();
    },
  } as GuestAgent;
  return { agent, asked };
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
  warmUp.forget();
  await warmUp.run(agent, chapterOf('pip list'));
  expect(asked).toEqual(['yum pip', 'nano', 'pip']);
});

test('that it came to nothing is told, never thrown', async () => {
  expect(await new WarmUp().run(agentThat(ended(-1)).agent, chapterOf('pip list'))).toBe(false);
  const off = agentThat(() => Promise.reject(new Error('The machine is off.')));
  expect(await new WarmUp().run(off.agent, chapterOf('pip list'))).toBe(false);
});
