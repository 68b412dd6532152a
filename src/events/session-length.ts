/** 30 minutes without activity end a session, as everywhere in the field. */
export const SESSION_GAP_MS = 30 * 60 * 1000;

/** How long a session may be; what never ends (a program) is cut, or it could never be sealed. */
export const LONGEST_SESSION_MS = 24 * 60 * 60 * 1000;
