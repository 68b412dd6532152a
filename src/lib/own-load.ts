/**
 * Tells, again and again, how much this process had of the processors since it told last.
 *
 * @param told Given 1 for all of one processor, 0.5 for half of one or a quarter of two.
 * @returns Ends it.
 */
export function watchOwnLoad(everyMs: number, told: (processors: number) => void): () => void {
  let before = look();
  const timer = setInterval(() => {
    const now = look();
    told((now.spentMs - before.spentMs) / (now.at - before.at));
    before = now;
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

function look() {
  const { user, system } = process.cpuUsage();
  return { at: performance.now(), spentMs: (user + system) / 1000 };
}
