package io.raftlog.internal.replica;

/**
 * What readers may see: published by the loop thread, read by any.
 *
 * @param startOffset the first offset that is retained
 * @param endOffset the end of what is committed and applied, exclusive
 */
record ReadView(long startOffset, long endOffset) {}
