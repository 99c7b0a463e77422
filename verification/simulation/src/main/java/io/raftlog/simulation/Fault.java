package io.raftlog.simulation;

/** The kinds of faults; each run draws which of them it has. */
enum Fault {
  CRASH,
  CRASH_AFTER_SYNC,
  POWER_FAILURE,
  RESTART_IN_ORDER,
  PAUSE,
  ISOLATE,
  SPLIT,
  ONE_WAY,
  PARTIAL,
  RING,
  BRIDGE,
  FLAP,
  SLOW_NETWORK,
  SLOW_DISK,
  HUNG_DISK,
  SYNC_FAILS,
  DISK_FULL,
  BIT_FLIP,
  WIPE,
  WALL_CLOCK_JUMP,
  DEPOSE,
  CRASH_AT_VOTE
}
