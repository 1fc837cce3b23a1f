/** What the guest's kernel says when the machine below it is not as it should be. */

const TROUBLE: readonly RegExp[] = [
  /\bata\d+(?:\.\d+)?: (?:exception|failed|error|(?:soft|hard) resetting|lost interrupt|qc timeout|.*timeout|status: \{)/i,
  /\bstall(?:s|ed)?\b|\bsoft lockup\b|\bhard lockup\b/i,
  /\bnobody cared\b/i,
  /\bblocked for more than \d+ seconds|\bhung[_ ]task\b/i,
  /\bI\/O error\b|\bEXT4-fs error\b|\bXFS \(\w+\): .*(?:corrupt|error)|Remounting filesystem read-only/i,
  /\bOops\b|\bBUG:|\bkernel panic\b|\bCall Trace:/i,
  /\bOut of memory\b|\bInvoked oom-killer\b/i,
];

/** The lines of `dmesg` that tell of trouble. */
export function kernelTrouble(log: string): readonly string[] {
  return log.split('\n').filter((line) => TROUBLE.some((pattern) => pattern.test(line)));
}
