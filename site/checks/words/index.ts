/** The causes that the checks know, and what is said of each. */
import { CHAIN } from './en/chain.ts';
import { FILES } from './en/files.ts';
import { FIREWALL } from './en/firewall.ts';
import { NGINX } from './en/nginx.ts';
import { PACKAGES } from './en/packages.ts';
import { PYTHON } from './en/python.ts';
import { SYMPTOMS } from './en/symptoms.ts';
import { SYSTEMD } from './en/systemd.ts';
import { UPSTART } from './en/upstart.ts';
import { UWSGI } from './en/uwsgi.ts';
import type { Sentences } from './words.ts';

export type { Sentences } from './words.ts';

/** English, program by program. A test holds that no cause stands in two of them. */
export const PROGRAMS = { CHAIN, FILES, FIREWALL, NGINX, PACKAGES, PYTHON, SYSTEMD, UPSTART, UWSGI } as const;

const ENGLISH = {
  ...CHAIN,
  ...FILES,
  ...FIREWALL,
  ...NGINX,
  ...PACKAGES,
  ...PYTHON,
  ...SYSTEMD,
  ...UPSTART,
  ...UWSGI,
} as const;

type English = typeof ENGLISH;

/** Name of a recognised wrong turn: `socket-path-mismatch`. It is stable, and tested. */
export type Cause = keyof English;

/** What has to be known of a cause for its words. */
export type FactsOf<Name extends Cause> =
  Parameters<English[Name]> extends [infer Facts] ? Facts : Record<string, never>;

type SymptomName = keyof typeof SYMPTOMS;

/** How a trouble shows itself, where the reader should be told of that first. */
export type Symptom = {
  [Name in SymptomName]: {
    readonly symptom: Name;
    readonly facts: Parameters<(typeof SYMPTOMS)[Name]>[0];
  };
}[SymptomName];

/** What every trouble can have beside its cause. */
interface Shown {
  /** The line of a log or the output of a command that shows it. */
  readonly evidence?: string | undefined;
  /** Said before the cause. */
  readonly symptom?: Symptom | undefined;
}

interface TroubleOf<Name extends Cause> extends Shown {
  readonly cause: Name;
  readonly facts: FactsOf<Name>;
}

/** A wrong turn that was recognised: its cause, and what was found out of it. */
export type Trouble = { readonly [Name in Cause]: TroubleOf<Name> }[Cause];

/** A trouble whose facts are those of its cause. */
export function trouble<Name extends Cause>(
  cause: Name,
  facts: FactsOf<Name>,
  evidence?: string,
): TroubleOf<Name> {
  return { cause, facts, evidence };
}

/** A symptom whose facts are its own. */
export function symptom<Name extends SymptomName>(
  name: Name,
  facts: Extract<Symptom, { symptom: Name }>['facts'],
): Symptom {
  // One of the union's members, which TypeScript does not follow through a type parameter.
  return { symptom: name, facts } as Symptom;
}

/** The sentences of a trouble, its symptom first. */
export function say(trouble: Trouble): Sentences {
  const { found, advice } = sayCause(trouble.cause, trouble.facts);
  return {
    found: trouble.symptom === undefined ? found : `${saySymptom(trouble.symptom)} ${found}`,
    advice,
  };
}

function sayCause(cause: Cause, facts: unknown): Sentences {
  // `Trouble` holds that the facts are the cause's. Lint takes minutes for a value that is one of all these functions.
  const english: Readonly<Record<Cause, unknown>> = ENGLISH;
  return (english[cause] as (facts: unknown) => Sentences)(facts);
}

/** The sentence of a symptom alone. */
export function saySymptom({ symptom, facts }: Symptom): string {
  return (SYMPTOMS[symptom] as (facts: unknown) => string)(facts);
}
