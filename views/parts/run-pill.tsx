const TONES: Readonly<Record<string, string>> = {
  active: "good",
  held: "warn",
  failed: "bad",
};

const NAMES: Readonly<Record<string, string>> = {
  active: "On its way",
  held: "Held",
  done: "Done",
  stopped: "Stopped",
  failed: "Failed",
};

/** How somebody's way through a flow stands. */
export const RunPill = ({ state }: { state: string }) => (
  <span class={`pill ${TONES[state] ?? ""}`}>{NAMES[state] ?? state}</span>
);

/** How a flow stands. */
export const FlowPill = ({ state, version }: { state: string; version?: number | undefined }) => {
  if (state === "active") {
    return <span class="pill good">Running{version ? ` · version ${version}` : ""}</span>;
  }
  if (state === "paused") return <span class="pill warn">Paused</span>;
  return <span class="pill">Draft</span>;
};
