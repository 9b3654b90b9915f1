/** Does `work` for about so many seconds, after one time that is not counted. Answers how often it was done in a second. */
export async function perSecond(work: () => Promise<unknown>, seconds: number): Promise<number> {
  await work();
  const started = performance.now();
  for (let runs = 1; ; runs++) {
    await work();
    const passed = (performance.now() - started) / 1000;
    if (passed >= seconds) return runs / passed;
  }
}
