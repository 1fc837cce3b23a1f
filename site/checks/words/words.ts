/** What every language's words are made of. */

/** What a reader is told: what was found, and what to do about it, in the second person. */
export interface Sentences {
  readonly found: string;
  readonly advice: string;
}

/** The words of one program: for each cause, a function of what the diagnosis has found out. */
export type ProgramWords = Readonly<Record<string, (facts: never) => Sentences>>;

/** Symptoms: a sentence that comes before what was found. */
export type SymptomWords = Readonly<Record<string, (facts: never) => string>>;
