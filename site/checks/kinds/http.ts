import type { z } from 'zod';
import type { HttpOutcome, HttpRequest } from '../../sandbox/types.ts';
import { explain } from '../diagnosis/chain.ts';
import { explainDirect } from '../diagnosis/direct.ts';
import { byHandTrouble } from '../diagnosis/upstart/job-trouble.ts';
import type { CheckContext } from '../guest/context.ts';
import { portOf, serverOf } from '../guest/http.ts';
import { gatherJob } from '../guest/job-facts.ts';
import { markUrl, proveServed, type Proof } from '../guest/served.ts';
import type { ServerName } from '../guest/server.ts';
import { survey } from '../guest/survey.ts';
import { FIREWALL_QUESTIONS, parseFirewall } from '../guest/ufw.ts';
import { fail, pass, type CheckResult, type Unexplained } from '../verdict.ts';
import { describeOutcome } from '../words/en/phrases.ts';
import { trouble, type Trouble } from '../words/index.ts';
import { defineCheck, type Zod } from './define-check.ts';
import { jobName } from './fields.ts';

const schema = (z: Zod) =>
  z.strictObject({
    url: z.string(),
    /** Default 200. `blocked`: nothing gets through. */
    status: z.union([z.number().int(), z.literal('blocked')]).optional(),
    contains: z.string().optional(),
    /**
     * Who must have answered. `nginx+uwsgi`: Nginx answered, and a worker of the unit, or of the job's vassal, made the
     * body: it logged this very request, to the journal or to the file of the vassal's `logto`. A failure is explained
     * along the chain: package, unit or job, Emperor, vassal, process, socket, permissions, Nginx's configuration, answer.
     */
    servedBy: z.enum(['nginx+uwsgi', 'uwsgi', 'flask']).optional(),
    /** The guide's unit, for the chain; or the job that starts the Emperor, and its vassal's configuration file. */
    unit: z.string().optional(),
    job: jobName(z).optional(),
    vassal: z.string().optional(),
    /** The guide's socket: it decides which side is told to change. */
    socket: z.string().optional(),
    /** The machine's last boot has started the job, nobody's hand. */
    sinceBoot: z.boolean().optional(),
  });

type HttpCheck = z.infer<ReturnType<typeof schema>>;

/** A request from outside, through the guest's firewall. */
export const httpCheck = defineCheck({
  kind: 'http',
  schema,
  paths: ['socket', 'vassal'],
  settles: serverNameOf,
  run: checkHttp,
});

/** How long an answer may take, in milliseconds: the first page after a restore finds every cache cold. */
const ANSWER_TIMEOUT_MS = 30_000;
/** Long enough to say that nothing comes: the guest's kernel itself answers an open port at once. */
const BLOCKED_TIMEOUT_MS = 3_000;

/** A request from outside gets the answer it should, from the program that should give it. */
async function checkHttp(check: HttpCheck, context: CheckContext): Promise<CheckResult> {
  const expected = describe(check);
  if (check.status === 'blocked') return checkBlocked(check, expected, context);

  const status = check.status ?? 200;
  const url = new URL(check.url);
  const { url: marked, mark } = markUrl(check.url);
  const outcome = await request(context, { method: 'GET', url: marked, timeoutMs: ANSWER_TIMEOUT_MS });
  const body = outcome.kind === 'response' ? new TextDecoder().decode(outcome.body) : '';
  const answered =
    outcome.kind === 'response' &&
    outcome.status === status &&
    (check.contains === undefined || body.includes(check.contains));

  // What was asked before the request may know nothing of why it failed.
  if (!answered) context.memory?.forget();
  if (check.servedBy === undefined) {
    if (answered) return pass(expected, describeOutcome(outcome, body));
    const direct = await explainDirect({ url, outcome, program: undefined }, context);
    return fail(expected, direct ?? unexplained(outcome, body, check));
  }
  if (check.servedBy !== 'nginx+uwsgi') {
    const trouble = await explainDirect({ url, outcome, program: check.servedBy }, context);
    if (answered && trouble === null) return pass(expected, describeOutcome(outcome, body));
    return fail(expected, trouble ?? unexplained(outcome, body, check));
  }

  const server = serverNameOf(check);
  const fromNginx = outcome.kind === 'response' && serverOf(outcome).startsWith('nginx');
  const proof: Proof | null =
    fromNginx && outcome.status < 502 ? await proveServed(server, mark, context) : null;
  if (answered && fromNginx && proof?.by === 'unit' && proof.app >= 0) {
    const late = check.sinceBoot === true ? await lateTrouble(check, context) : null;
    if (late !== null) return fail(expected, late);
    const name = check.unit ?? check.vassal?.slice(check.vassal.lastIndexOf('/') + 1) ?? 'uWSGI';
    return pass(
      expected,
      `Nginx answered ${outcome.status}, and worker ${proof.pid} of ${name} made the page.`,
    );
  }
  context.memory?.forget();
  const trouble = await explain(
    {
      url,
      mark,
      outcome,
      body,
      wanted: { status, contains: check.contains },
      proof,
      server,
      socket: check.socket,
    },
    context,
  );
  return fail(expected, trouble ?? unexplained(outcome, body, check));
}

/** Which uWSGI the check means, by its unit or by its vassal. */
function serverNameOf({ unit, vassal, job }: HttpCheck): ServerName | null {
  if (vassal !== undefined && job !== undefined) return { kind: 'vassal', file: vassal, job };
  return unit === undefined ? null : { kind: 'unit', unit };
}

/** The page is there, but the job that makes it was started by hand. */
async function lateTrouble({ job }: HttpCheck, context: CheckContext): Promise<Trouble | null> {
  return job === undefined ? null : byHandTrouble(await gatherJob(job, context), context);
}

/** Nothing gets through: the firewall drops the packets. A refusal means that it let them in. */
async function checkBlocked(check: HttpCheck, expected: string, context: CheckContext): Promise<CheckResult> {
  const outcome = await request(context, { method: 'GET', url: check.url, timeoutMs: BLOCKED_TIMEOUT_MS });
  if (outcome.kind === 'timeout' && outcome.phase === 'connect')
    return pass(expected, 'Nothing comes back, as it should be.');
  const port = portOf(new URL(check.url));
  if (parseFirewall(await survey(context, FIREWALL_QUESTIONS)) === null) {
    return fail(expected, trouble('firewall-missing', { port, outcome }));
  }
  return fail(expected, trouble('port-still-open', { port, outcome }));
}

async function request(context: CheckContext, httpRequest: HttpRequest): Promise<HttpOutcome> {
  const outcome = await context.http(httpRequest);
  context.signal?.throwIfAborted();
  return outcome;
}

function unexplained(outcome: HttpOutcome, body: string, { unit, job }: HttpCheck): Unexplained {
  return {
    found: describeOutcome(outcome, body),
    advice: `Go through the step once more and compare each line with the text.${
      job !== undefined
        ? ` \`sudo status ${job}\`, and the ends of the logs in /var/log/uwsgi and of /var/log/nginx/error.log often say what is wrong.`
        : unit === undefined
          ? ''
          : ` \`sudo systemctl status ${unit} nginx\` and the end of /var/log/nginx/error.log often say what is wrong.`
    }`,
  };
}

function describe(check: HttpCheck): string {
  if (check.status === 'blocked') return `Nothing from outside gets through to ${check.url}.`;
  const parts = [`${check.url} answers ${check.status ?? 200}`];
  if (check.contains !== undefined) parts.push(`with "${check.contains}"`);
  if (check.servedBy === 'nginx+uwsgi') parts.push('from uWSGI, through Nginx');
  if (check.servedBy === 'uwsgi') parts.push('from uWSGI itself');
  if (check.servedBy === 'flask') parts.push("from Flask's own server");
  return `${parts.join(' ')}.`;
}
