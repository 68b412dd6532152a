import { setDefaultTimeout } from "bun:test";

// A browser on a busy machine takes its time; what hangs is still found.
setDefaultTimeout(60_000);
