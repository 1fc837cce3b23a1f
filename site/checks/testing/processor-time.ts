/**
 * Milliseconds of processor time that some work takes in this thread: other programs do not count, however busy the
 * computer is.
 */
export async function processorMs(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
