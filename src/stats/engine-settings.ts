/**
 * How the processes that count and that seal are set.
 *
 * These are names of the allocator and of the engine that this version of Bun has; with one it does
 * not know it would not start, which tests would see.
 */
export const ENGINE_SETTINGS = {
  // Memory it let go of stays with it for a second, for the next column: to give each page back
  // at once and take it again took a third of the time of 20 questions over 10 million events.
  // With no end to it the process grew from 410 to 700 MB while they were asked again and again.
  MIMALLOC_PURGE_DELAY: "1000",
  // The same for what libSQL reads columns into: to give it back between two columns and take it
  // again took half of the time of reading. Names of glibc; where there is another, nothing happens.
  MALLOC_TRIM_THRESHOLD_: "33554432",
  MALLOC_MMAP_THRESHOLD_: "8388608",
  // What is no longer used is collected early, as where memory is scarce, rather than when there
  // is twice as much: erasing one of a million visitors took 202 MB instead of 448.
  BUN_JSC_forceRAMSize: "100000000",
  // Loops are to be compiled by themselves: put into what calls them, some became half as fast.
  BUN_JSC_maximumFunctionForCallInlineCandidateBytecodeCostForFTL: "40",
};
