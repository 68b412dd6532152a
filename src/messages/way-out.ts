/** Whether a channel's way out is open: a mail server may be missing, or down for hours. */
export interface WayOut {
  /** How many messages may go now, of those there is room for, beside those on their way. */
  allows(room: number, busy: number, now: number): number;
  /** Whether the last try found nobody there. */
  isDown(): boolean;
  /** When it is tried again; undefined while it is open. */
  closedUntil(now: number): number | undefined;
  /** It was not there. */
  close(now: number): void;
  /** It was there; or somebody changed something, so that it may be. */
  open(): void;
}

const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 600_000;

/**
 * Keeps a channel from being tried once for each message that waits while its way out is down.
 *
 * After a pause, which grows with each failure in a row, one message goes ahead; the others
 * follow when it got through.
 */
export function createWayOut(): WayOut {
  let closedAt = 0;
  let pauseMs = 0;

  const closedUntil = (now: number) => {
    const until = closedAt + pauseMs;
    // A clock that was set back must not keep it closed for longer than the pause.
    return pauseMs > 0 && now >= closedAt && now < until ? until : undefined;
  };

  return {
    allows(room, busy, now) {
      if (closedUntil(now) !== undefined) return 0;
      if (pauseMs === 0) return room;
      return busy > 0 ? 0 : Math.min(room, 1);
    },
    isDown: () => pauseMs > 0,
    closedUntil,
    close(now) {
      // What was on its way together fails together, and is one failure.
      if (closedUntil(now) !== undefined) return;
      closedAt = now;
      pauseMs = pauseMs === 0 ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    },
    open() {
      pauseMs = 0;
    },
  };
}
