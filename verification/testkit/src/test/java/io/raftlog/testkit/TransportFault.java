package io.raftlog.testkit;

/** What is wrong with a {@link PlainTransport}, and the test of the suite that must notice it. */
enum TransportFault {
  NONE(""),
  SENDS_TO_ITSELF("shouldDropFramesToItself"),
  THROWS_FOR_STRANGERS("shouldDropFramesToUnknownNodes"),
  LETS_STRANGERS_IN("shouldNotExchangeFramesWithANodeThatIsNoMember"),
  LETS_OTHER_CLUSTERS_IN("shouldNotExchangeFramesWithANodeOfAnotherCluster"),
  NAMES_A_WRONG_SENDER("shouldNameTheSender"),
  LOSES_A_BYTE("shouldKeepEveryByteOfHeaderAndBody"),
  LOSES_FRAMES_WITHOUT_BYTES("shouldDeliverFramesWithoutAnyByte"),
  LOSES_LARGE_FRAMES("shouldDeliverTheLargestFrames"),
  TAKES_ONLY_A_THOUSAND_BUFFERS("shouldJoinManyBuffers"),
  NEEDS_ARRAYS("shouldTakeBuffersOfEveryKindAndLeaveThemAsTheyAre"),
  MOVES_POSITIONS("shouldTakeBuffersOfEveryKindAndLeaveThemAsTheyAre"),
  MOVES_POSITIONS_FOR_A_MOMENT("shouldSendOneFrameToSeveralNodesFromSeveralThreads"),
  REUSES_BUFFERS("shouldNotReuseTheBuffersOfReceivedFrames"),
  WRITES_WITHOUT_A_LOCK("shouldDeliverOnlyWholeFramesWhenManyThreadsSend"),
  WAITS_FOR_PEERS("shouldTakeFramesBeforeAPeerIsUpAndReachItThen"),
  THROWS_FOR_DEAD_PEERS("shouldTakeFramesWhenAPeerIsDead"),
  CLEARS_INTERRUPTS("shouldTakeFramesFromAnInterruptedThread"),
  THROWS_AFTER_CLOSE("shouldDropFramesAfterClose"),
  DOES_NOT_CHECK_SUMS("shouldDropWhatWasCorruptedOnTheWay"),
  DELIVERS_TORN_FRAMES("shouldDeliverOnlyWholeFramesWhenConnectionsBreak"),
  QUEUES_WITHOUT_BOUND("shouldBoundMemoryAndNotBlockWhenAPeerDoesNotRead"),
  WAITS_WHEN_THE_QUEUE_IS_FULL("shouldBoundMemoryAndNotBlockWhenAPeerDoesNotRead"),
  HOLDS_A_LOCK_WHILE_IT_WRITES("shouldServeTheOthersWhenAPeerDoesNotRead"),
  BELIEVES_EVERYBODY("shouldInventNoFramesFromHostileBytes"),
  FAILS_WITHOUT_PEERS("shouldStartWithoutPeers"),
  CONNECTS_BEFORE_IT_HAS_STARTED("shouldStartWhenNoPeerCanBeReached"),
  GIVES_UP_BROKEN_CONNECTIONS("shouldReachAPeerThatRestarts"),
  INSISTS_ON_THE_INCARNATION("shouldReachAPeerThatComesBackAsAnotherIncarnation"),
  REPORTS_NO_DISCONNECTS("shouldReportALostConnection"),
  TAKES_ANY_ADDRESS("shouldRefuseAnAddressThatCannotBeParsed"),
  GIVES_THE_WRONG_REASON("shouldRefuseAnAddressThatIsTaken"),
  LEAVES_A_THREAD_WHEN_REFUSED("shouldRefuseAnAddressThatIsTaken"),
  NEEDS_A_START_TO_CLOSE("shouldCloseBeforeStart"),
  THROWS_WHEN_CLOSED_AGAIN("shouldCloseAgain"),
  KEEPS_ITS_ADDRESS("shouldFreeItsAddressWhenClosed"),
  LEAVES_A_THREAD("shouldLeaveNoThreadsWhenClosed"),
  DOES_NOT_WAIT_FOR_ITS_THREADS("shouldCallNobodyAfterCloseInTheMiddleOfTraffic"),
  THROWS_WHEN_CLOSED_BY_TWO("shouldCloseFromSeveralThreadsAtOnce"),
  THROWS_WHEN_INTERRUPTED("shouldCloseWhenTheCallerIsInterrupted"),
  DELIVERS_ONE_WAY("shouldDeliverBothWays");

  private final String test;

  TransportFault(String test) {
    this.test = test;
  }

  /** The test that fails. */
  String test() {
    return test;
  }
}
