package io.raftlog.testkit;

/** What is wrong with a {@link PlainStorage}, and the test of the suite that must notice it. */
enum StorageFault {
  NONE(""),
  FORGETS_WHICH_LOGS_THERE_ARE("shouldNoticeThatAFileIsGone"),
  SAME_INCARNATION("shouldMakeAnotherIncarnationForEachPlace"),
  NEW_INCARNATION_EACH_TIME("shouldKeepItsIncarnation"),
  LETS_OTHER_NODES_IN("shouldRefuseAnotherNode"),
  LETS_OTHER_CLUSTERS_IN("shouldRefuseAnotherCluster"),
  KEEPS_THE_LOCK_WHEN_REFUSED("shouldRefuseAnotherNode"),
  TAKES_ASCII_ONLY("shouldTakeNamesOfEveryKind"),
  DOES_NOT_LOCK("shouldRefuseToBeOpenedByTwo"),
  UNLOCKS_FOR_OTHERS("shouldRefuseToBeOpenedByTwo"),
  STARTS_AT_INDEX_ZERO("shouldOpenALogThatIsNew"),
  MIXES_UP_LOGS("shouldKeepLogsApart"),
  DROPS_WRITES_WHEN_A_LOG_IS_OPENED("shouldOpenALogWhileOthersAreWritten"),
  LEAVES_A_THREAD("shouldOpenManyTimes"),
  REPORTS_WRITES_TO_COME("shouldReportEveryWriteAsDurable"),
  FORGETS_TO_REPORT_EMPTY_WRITES("shouldReportWritesWithoutAnything"),
  TRUNCATES_AFTER_APPENDING("shouldStoreAllPartsOfAWrite"),
  CLEARS_THE_HARD_STATE("shouldKeepHardStateAndCheckpointWhenAWriteHasNone"),
  TAKES_EMPTY_FOR_NONE("shouldTellAnEmptyHardStateAndCheckpointFromNone"),
  CUTS_LARGE_CHECKPOINTS("shouldStoreTheLargestHardStateAndCheckpoint"),
  KEEPS_TRUNCATED_OFFSETS("shouldReplaceEntries"),
  KEEPS_TRUNCATED_TERMS("shouldRemoveEntriesWithoutReplacingThem"),
  FORGETS_TO_TRUNCATE_ALL("shouldRemoveAllEntries"),
  TRUNCATES_BEYOND_THE_END("shouldRemoveNothingBeyondTheEnd"),
  TRUNCATES_A_THOUSAND_AT_MOST("shouldRemoveThousandsOfEntries"),
  TRUNCATES_ONLY_WHAT_IS_DURABLE("shouldRemoveEntriesThatAreStillOnTheirWay"),
  READS_TRIMMED_ENTRIES("shouldTrim"),
  BEGINS_AGAIN_WHEN_ALL_IS_TRIMMED("shouldKeepItsPlaceWhenAllIsTrimmed"),
  TRIMS_BEFORE_APPENDING("shouldTrimEntriesOfTheSameWrite"),
  KEEPS_TRUNCATED_OFFSETS_WHEN_IT_TRIMS("shouldRemoveAndTrimInOneWrite"),
  TRUNCATES_BELOW_THE_FIRST("shouldRemoveEntriesAfterTrimming"),
  NEEDS_ARRAYS("shouldTakeBuffersOfEveryKindAndLeaveThemAsTheyAre"),
  MOVES_POSITIONS("shouldTakeBuffersOfEveryKindAndLeaveThemAsTheyAre"),
  LOSES_LARGE_ENTRIES("shouldStoreLargeEntries"),
  STORES_TEN_THOUSAND_AT_MOST("shouldStoreManyEntriesInOneWrite"),
  LOSES_WRITES_OF_INTERRUPTED_THREADS("shouldWriteForAnInterruptedThread"),
  READS_TOO_MUCH("shouldReadNoMoreThanAskedForButOneEntryAtLeast"),
  READS_NOTHING_WHEN_TOO_LARGE("shouldReadNoMoreThanAskedForButOneEntryAtLeast"),
  READS_FROM_THE_BEGINNING("shouldReadFromTheMiddle"),
  READS_THE_NEXT_INSTEAD("shouldReadNothingWhereNoEntryIs"),
  TAKES_CONTROL_ENTRIES_FOR_RECORDS("shouldFindTheEntryOfEachRecord"),
  COUNTS_RECORDS_IN_32_BITS("shouldFindRecordsOfHugeEntries"),
  REUSES_BUFFERS("shouldLetTheReaderKeepItsBuffers"),
  REPORTS_BEFORE_IT_CAN_BE_READ("shouldFindWhatIsDurable"),
  BREAKS_WHEN_A_READER_IS_INTERRUPTED("shouldReadForAnInterruptedThread"),
  READS_HALF_A_TRUNCATION("shouldBeReadWhileItIsWritten"),
  FORGETS_TERMS("shouldHaveStoredWhatTheModelSays"),
  REPORTS_TO_ONE_LOG_ONLY("shouldHaveStoredWhatTheModelsOfSeveralLogsSay"),
  REPORTS_BEFORE_IT_WRITES("shouldHaveWhatWasDurableWhenTheProcessIsKilled"),
  REPORTS_BEFORE_IT_SYNCS("shouldHaveWhatWasDurableWhenThePowerFails"),
  DOES_NOT_CHECK_SUMS("shouldNoticeDamage"),
  STOPS_AT_THE_FIRST_DAMAGE("shouldNoticeDamage"),
  TRIES_AGAIN("shouldFailForGoodWhenTheDiskFails"),
  NEEDS_AN_OPEN_TO_CLOSE("shouldCloseBeforeOpen"),
  UNLOCKS_WHEN_CLOSED_AGAIN("shouldCloseAgain"),
  DROPS_WRITES_WHEN_CLOSED("shouldWriteWhatWasHandedOverBeforeItCloses"),
  DROPS_WRITES_WHEN_INTERRUPTED("shouldWriteWhatWasHandedOverWhenTheCallerOfCloseIsInterrupted"),
  DOES_NOT_WAIT_FOR_THE_OTHER_CLOSE("shouldCloseFromSeveralThreadsAtOnce"),
  READS_AFTER_CLOSE("shouldNotReadAfterClose"),
  FAILS_READERS_WITH_SOMETHING_ELSE("shouldCloseWhileItIsRead"),
  REPORTS_AFTER_CLOSE("shouldCallNobodyAfterCloseThoughWritesAreHandedOver");

  private final String test;

  StorageFault(String test) {
    this.test = test;
  }

  /** The test that fails. */
  String test() {
    return test;
  }

  /** Whether it shows only while writes wait, for which a disk may be too fast. */
  boolean needsSlowWrites() {
    return switch (this) {
      case TRUNCATES_ONLY_WHAT_IS_DURABLE,
          DROPS_WRITES_WHEN_CLOSED,
          DROPS_WRITES_WHEN_INTERRUPTED,
          DOES_NOT_WAIT_FOR_THE_OTHER_CLOSE ->
          true;
      default -> false;
    };
  }
}
